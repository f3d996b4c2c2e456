// One request to the review server: which change it names, who sent it, its options and its body. Refusals are thrown as
// `Refused`, with Gerrit's status codes.
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, send } from "../http.ts";
import type { ServerLink } from "./pages.ts";
import type { Account, Change } from "./records.ts";
import { Refused } from "./refused.ts";
import type { Reviews } from "./reviews.ts";
import { people } from "./seed/people.ts";

export type ReviewServerOptions = {
  reviews: Reviews;
  servers: () => readonly ServerLink[];
  /** Restores the initial state of the sandbox. */
  reset: () => Promise<void>;
};

export type Call = {
  options: ReviewServerOptions;
  reviews: Reviews;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Decoded path segments. */
  path: string[];
};

/** @param id a number, or `project~number`. */
export function findChange(reviews: Reviews, id: string): Change {
  const tilde = id.lastIndexOf("~");
  const change = reviews.find(Number(id.slice(tilde + 1)));
  const isOfProject = tilde < 0 || id.slice(0, tilde) === change?.project;
  if (change === undefined || !isOfProject) throw new Refused(404, `Not found: ${id}`);
  return change;
}

/** The account named by basic authentication; any password is accepted. Without it, the account of scap. */
export function callerOf({ reviews, request }: Call): Account {
  const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic") return people.scap;
  const [name = ""] = Buffer.from(credentials, "base64").toString().split(":");
  if (!/^[\p{L}\p{N}._@+-]{1,100}$/u.test(name)) throw new Refused(401, "Unauthorized");
  return reviews.accountNamed(name);
}

export function optionsOf(url: URL): Set<string> {
  return new Set(url.searchParams.getAll("o"));
}

export function numberParameter(url: URL, name: string): number | undefined {
  const value = url.searchParams.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,6}$/.test(value)) throw new Refused(400, `"${value}" is not a valid value for "${name}"`);
  return Number(value);
}

export async function jsonBody({ request }: Call): Promise<Record<string, unknown>> {
  const body = await readBody(request);
  if (body === undefined) throw new Refused(413, "Request body is too large");
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Refused below, like any other body that is not an object.
  }
  throw new Refused(400, "Expected a JSON object");
}

/** The first line keeps browsers from executing the response as a script; clients strip it. */
export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json; charset=utf-8", `)]}'\n${JSON.stringify(value)}\n`);
}
