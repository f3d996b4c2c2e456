// Measures each request for the metrics. The label of a request is the path of its endpoint or the kind of page, never what the
// client has sent: a client must not be able to create series.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type EndpointName, endpoints } from "../contract/endpoints.ts";
import { metrics } from "../metrics/registry.ts";
import { ALL_METHODS, findRoute } from "./find-endpoint.ts";

export function measure(request: IncomingMessage, response: ServerResponse): void {
  const end = metrics().requests.startTimer();
  response.once("close", () => {
    const { method = "" } = request;
    end({
      method: ALL_METHODS.includes(method) ? method : "other",
      route: routeLabel(request.url ?? "/"),
      status: String(response.statusCode),
    });
  });
}

export function routeLabel(url: string): string {
  const [path = "/"] = url.split("?", 1);
  if (!path.startsWith("/api/")) return path.startsWith("/_next/") ? "static file" : "page";
  try {
    const [name] = findRoute(path)?.byMethod.values() ?? [];
    return name === undefined ? "none" : endpoints[name satisfies EndpointName].path;
  } catch {
    // Malformed percent-encoding.
    return "none";
  }
}
