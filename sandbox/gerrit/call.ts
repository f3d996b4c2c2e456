// One request to the review server, taken apart: which change and patch set it means, who sends it, what it
// asks for and what it brings along. Refusals are thrown as `Refused`, with Gerrit's status codes.
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, send } from "../http.ts";
import type { ServerLink } from "./pages.ts";
import { currentPatchSet, type Account, type Change, type PatchSet } from "./records.ts";
import { Refused } from "./refused.ts";
import type { Reviews } from "./reviews.ts";
import { people } from "./seed/people.ts";

export type ReviewServerOptions = {
  reviews: Reviews;
  /** Known once the server listens. */
  gerritUrl: () => string;
  servers: () => readonly ServerLink[];
  /** Makes the whole world new again. */
  reset: () => Promise<void>;
};

export type Call = {
  options: ReviewServerOptions;
  reviews: Reviews;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Path segments, each decoded. */
  path: string[];
};

export function findChange(reviews: Reviews, id: string): Change {
  const parts = id.split("~");
  const last = parts.at(-1) ?? "";
  const found = reviews.changes.filter((change) => {
    if (/^\d+$/.test(last) ? change.number !== Number(last) : change.changeId !== last) return false;
    if (parts.length > 1 && change.project !== parts[0]) return false;
    return parts.length !== 3 || change.branch === parts[1]?.replace(/^refs\/heads\//, "");
  });
  const [change] = found;
  if (change === undefined || parts.length > 3) throw new Refused(404, `Not found: ${id}`);
  if (found.length > 1) throw new Refused(409, `Multiple changes found for ${id}`);
  return change;
}

export function findPatchSet(change: Change, revision: string): PatchSet {
  if (revision === "current") return currentPatchSet(change);
  const found = change.patchSets.find(
    ({ number, commit }) =>
      String(number) === revision || (revision.length >= 7 && commit.startsWith(revision)),
  );
  if (found === undefined) throw new Refused(404, `Not found: ${revision}`);
  return found;
}

/** Who sent basic authentication, if anybody did; every password is right. */
export function login({ reviews, request }: Call): Account | null {
  const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic") return null;
  const [name = ""] = Buffer.from(credentials, "base64").toString().split(":");
  if (!/^[\p{L}\p{N}._@+-]{1,100}$/u.test(name)) throw new Refused(401, "Unauthorized");
  return reviews.accountNamed(name);
}

/** Where the real server would want a login, the sandbox takes it that the deployment tool is speaking. */
export function voter(call: Call): Account {
  return login(call) ?? people.scap;
}

export function optionsOf(url: URL): Set<string> {
  return new Set(url.searchParams.getAll("o").flatMap((option) => option.toUpperCase().split(",")));
}

export function numberParameter(url: URL, names: string[]): number | null {
  for (const name of names) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    if (!/^\d{1,6}$/.test(value)) throw new Refused(400, `"${value}" is not a valid value for "${name}"`);
    return Number(value);
  }
  return null;
}

export async function jsonBody({ request }: Call): Promise<Record<string, unknown>> {
  const body = await readBody(request);
  if (body === null) throw new Refused(413, "Request body is too large");
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Falls through to the refusal: what it was does not matter to the client.
  }
  throw new Refused(400, "Expected a JSON object");
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json; charset=utf-8", `)]}'\n${JSON.stringify(value)}\n`);
}
