/** Finds free TCP ports. A result is not a reservation: another program may take the port at once. */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

/** Above the ports that people and services choose. */
const LOWEST = 10_000;
const TRIES = 20;

export function isPortFree(host: string, port: number): Promise<boolean> {
  return listenBriefly(host, port).then(
    () => true,
    () => false,
  );
}

/**
 * A port that will still be free some seconds from now, or after a restart: below the ephemeral ports. One of those went to
 * the next connection on this machine, and a start failed.
 * Rejects with the error of the system, for example for a host that is not this machine.
 */
export async function freePort(host: string): Promise<number> {
  const end = firstEphemeralPort();
  for (let tries = 0; end !== undefined && tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, end);
    if (await isPortFree(host, port)) return port;
  }
  return listenBriefly(host, 0);
}

/** Undefined where the system does not say, or leaves nothing below. */
function firstEphemeralPort(): number | undefined {
  try {
    const first = Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
    return first > LOWEST ? first : undefined;
  } catch {
    return undefined;
  }
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

/** Whether a program accepts connections there. */
export function accepts(host: string, port: number, timeoutMs = 3_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", answer(true)).once("error", answer(false)).once("timeout", answer(false));
  });
}
