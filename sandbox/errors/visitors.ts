// Visitors of the servers: one request to each server a second, so that a bad deployment causes errors. A few errors occur
// independently of any deployment, as on real servers.
import type { ErrorLog } from "./error-log.ts";

const VISIT_EVERY_MS = 1000;
const TIMEOUT_MS = 2000;
/** One error that no deployment causes after this many rounds. */
const NOISE_EVERY = 10;

type Visited = { name: string; url: string };

export function startVisitors(servers: readonly Visited[], log: ErrorLog): { stop(): void } {
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    for (const { url } of servers) {
      fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
        .then((response) => response.arrayBuffer())
        // The sandbox is stopping.
        .catch(() => undefined);
    }
    const server = servers[round % servers.length];
    if (round % NOISE_EVERY === 0 && server !== undefined) {
      const message = `Slow query: ${1000 + round} ms on db10${10 + (round % 7)}`;
      log.add({ server: server.name, version: "", message });
    }
  }, VISIT_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
