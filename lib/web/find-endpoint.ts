// Which endpoints a path has, one for each method. The router and the screening of requests share it.
import type { Endpoint, Method } from "../contract/endpoint.ts";
import { type EndpointName, endpoints } from "../contract/endpoints.ts";
import { pathExpression } from "../contract/path.ts";

type Route = { expression: RegExp; byMethod: ReadonlyMap<Method, EndpointName> };

const ROUTES = routesOf(Object.entries(endpoints) as [EndpointName, Endpoint][]);

const EVENT_STREAMS = Object.values<Endpoint>(endpoints)
  .filter(({ response }) => response.kind === "events")
  .map(({ path }) => pathExpression(path));

export type FoundRoute = {
  byMethod: ReadonlyMap<Method, EndpointName>;
  /** Values from the path, by their names. */
  params: Record<string, string>;
};

/** @param path without malformed percent-encoding. */
export function findRoute(path: string): FoundRoute | undefined {
  for (const { expression, byMethod } of ROUTES) {
    const match = expression.exec(path);
    if (match === null) continue;
    const values = Object.entries(match.groups ?? {});
    return {
      byMethod,
      params: Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value)])),
    };
  }
  return undefined;
}

/**
 * @param target of the request line. Dot segments are resolved as for the framework: `/api/jobs/./events` is not a stream,
 * and must not pass the limits of other requests as one.
 */
export function isEventStream(target: string): boolean {
  if (!target.startsWith("/api/") || !URL.canParse(`http://host${target}`)) return false;
  const { pathname } = new URL(`http://host${target}`);
  return EVENT_STREAMS.some((expression) => expression.test(pathname));
}

/** As the header `Allow` lists them. */
export function methodsOf(byMethod: ReadonlyMap<Method, EndpointName>): string[] {
  return [...byMethod.keys(), ...(byMethod.has("GET") ? ["HEAD"] : []), "OPTIONS"].toSorted();
}

/** Every method that some path supports. */
export const ALL_METHODS: readonly string[] = [
  ...new Set(ROUTES.flatMap(({ byMethod }) => methodsOf(byMethod))),
].toSorted();

function routesOf(named: readonly [EndpointName, Endpoint][]): Route[] {
  return [...Map.groupBy(named, ([, { path }]) => path)].map(([path, ofPath]) => ({
    expression: pathExpression(path),
    byMethod: new Map(ofPath.map(([name, { method }]) => [method, name])),
  }));
}
