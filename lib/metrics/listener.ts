// An HTTP server for Prometheus only, on an address of its own (METRICS_LISTEN), so that its scrapes need no account and the page's
// address does not serve them to everyone.
import { createServer } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { ConfigError } from "../config.ts";
import { metrics } from "./registry.ts";

export type MetricsListener = { close(): void };

/** @throws ConfigError if the address cannot be used. */
export async function serveMetrics(
  address: { host: string; port: number },
  render: () => Promise<string>,
): Promise<MetricsListener> {
  const { contentType } = metrics().registry;
  const server = createServer((request, response) => {
    if (!isOwnName(request.headers.host ?? "", address.host)) {
      response.writeHead(421).end("Use an IP address, or the name in METRICS_LISTEN.\n");
      return;
    }
    if (request.url !== "/metrics") {
      response.writeHead(404).end("Metrics are at /metrics.\n");
      return;
    }
    void render().then(
      (text) => response.writeHead(200, { "content-type": contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }) => reject(new ConfigError([`METRICS_LISTEN: ${message}`])));
    server.listen(address, resolve);
  });
  server.unref();
  return { close: () => server.close() };
}

/**
 * Otherwise a page of another site could read the metrics with the browser of a person in this network, by giving its own name the
 * address of the listener (DNS rebinding). No public site has an address or a name without a dot as its name.
 */
function isOwnName(host: string, listensOn: string): boolean {
  const name = host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  return isIP(name) !== 0 || !name.includes(".") || [listensOn, hostname()].includes(name);
}
