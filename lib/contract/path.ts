// Addresses of endpoints: `/api/jobs/{id}` with values in place of the names, and back.
import type { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointAt, Route } from "./route.ts";

/** The values of the path and the query. A query parameter that is parsed to something else than a plain value is text. */
export type UrlArguments<E extends Endpoint> = (E extends { params: infer Params extends z.ZodType }
  ? { params: z.output<Params> }
  : unknown) &
  (E extends { query: infer Query extends z.ZodType }
    ? { query: { [Name in keyof z.input<Query>]: PlainValue<z.output<Query>[Name & keyof z.output<Query>]> } }
    : unknown);

type Plain = string | number | readonly string[] | undefined;
type PlainValue<Value> = Value extends Plain ? Value : string;
type Values = Readonly<Record<string, Plain>>;

/** A list becomes text separated by commas; values that are undefined are left out. */
export function urlOf<R extends Route>(route: R, given: UrlArguments<EndpointAt<R>>): string {
  const { params = {}, query = {} } = given as { params?: Values; query?: Values };
  const url = pathOf(route).replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? url : `${url}?${search.toString()}`;
}

function pathOf(route: string): string {
  return route.slice(route.indexOf(" ") + 1);
}

/** Matches paths, with the values in named groups. The framework redirects a path with a slash at its end. */
export function pathExpression(path: string): RegExp {
  const source = path.replaceAll(".", String.raw`\.`).replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${source}/?$`);
}
