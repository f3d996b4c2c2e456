/** Which TCP ports can be had. An answer is true at the moment it is given, not a promise. */
import { connect, createServer } from "node:net";

export function isPortFree(host: string, port: number): Promise<boolean> {
  return listenBriefly(host, port).then(
    () => true,
    () => false,
  );
}

export function freePort(host: string): Promise<number> {
  return listenBriefly(host, 0);
}

/** Rejects with the error of the system: EADDRINUSE, EACCES, EADDRNOTAVAIL, ENOTFOUND. */
export function listenBriefly(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}

/** Whether somebody answers there. */
export function accepts(host: string, port: number, boundMs = 3_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: boundMs });
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", answer(true)).once("error", answer(false)).once("timeout", answer(false));
  });
}
