/**
 * Keeps the shared test server: starts it, says where it is, and stops it when nobody has used it for a while.
 */
import { closeSync, readFileSync, statSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, takeLock } from "../lock.mjs";
import { startPostgres } from "../postgres.ts";
import { SHARED, SHARED_KEEPER, SHARED_LOCK, SHARED_USED } from "./server.ts";

const IDLE_BOUND_MS = 120_000;
const LOOK_EVERY_MS = 5_000;
const STANDARD_OUTPUT = 1;

const post = takeLock(SHARED_KEEPER);
const server = await startPostgres({ directory: SHARED, durable: false });
// Whoever asked reads to the end.
writeSync(STANDARD_OUTPUT, server.url);
closeSync(STANDARD_OUTPUT);

let isGone = false;
void server.gone.then(() => (isGone = true));
let connectedAt = Date.now();
while (!isGone) {
  await sleep(LOOK_EVERY_MS);
  if (isConnected(server.port)) connectedAt = Date.now();
  if (isIdle()) await stopUnlessWanted();
}
post.release();

function isIdle(): boolean {
  return Date.now() - Math.max(connectedAt, statSync(SHARED_USED).mtimeMs) > IDLE_BOUND_MS;
}

/** Under the lock, so that nobody is told of a server that stops at this moment. */
async function stopUnlessWanted(): Promise<void> {
  try {
    const lock = takeLock(SHARED_LOCK);
    if (isIdle()) await server.stop();
    lock.release();
  } catch (cause) {
    if (!(cause instanceof LockHeld)) throw cause;
  }
}

/** As the system sees it: to ask the server would take a connection, and be one. */
function isConnected(port: number): boolean {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const established = "01";
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .some(([, address, , state]) => address === local && state === established);
}
