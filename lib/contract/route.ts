// The routes of the HTTP interface: `POST /api/jobs`. The page names an endpoint by its route, because a route is text: the
// page gets the types of the endpoint, and its schemas, with the library that checks them, are not sent to browsers.
import type { endpoints } from "./endpoints.ts";

type Endpoints = typeof endpoints;

type ByRoute = {
  [Name in keyof Endpoints as `${Endpoints[Name]["method"]} ${Endpoints[Name]["path"]}`]: Endpoints[Name];
};

/** Method and path, with the names of the parameters in braces. */
export type Route = keyof ByRoute;

export type EndpointAt<R extends Route> = ByRoute[R];
