/** Finds free TCP ports. A result is not a reservation: another program may take the port at once. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Between the ports that people and services choose and the ephemeral ports of Linux: one of those went to the next connection
 * on this machine, and a start failed.
 */
const FIRST = 10_000;
const END = 32_768;
const TRIES = 20;

export function isPortFree(host: string, port: number): Promise<boolean> {
  return listenBriefly(host, port).then(
    () => true,
    () => false,
  );
}

/** A port that will probably still be free some seconds from now. Rejects if `host` is not this machine. */
export async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, END);
    if (await isPortFree(host, port)) return port;
  }
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
