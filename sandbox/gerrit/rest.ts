// The review server's HTTP interface: the calls of Gerrit's REST API that a deployment makes, with its
// shapes, its `)]}'` line and its plain-text refusals, plus the few calls that only the sandbox has.
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, redirect, send, sendPage, sendText, type Handler } from "../http.ts";
import { changeInfo, commitInfo, filesInfo, accountInfo } from "./change-info.ts";
import { changePage, indexPage, notFoundPage, type ServerLink } from "./pages.ts";
import { BadQuery, parseQuery } from "./query.ts";
import { currentPatchSet, type Account, type Change, type LabelName, type PatchSet } from "./records.ts";
import { Refused, type Reviews } from "./reviews.ts";
import { people } from "./seed/people.ts";

export const gerritVersion = "3.10.0";
const listLimitDefault = 25;
const listLimitMax = 500;

export type RestOptions = {
  reviews: Reviews;
  /** Known once the server listens. */
  gerritUrl: () => string;
  servers: () => readonly ServerLink[];
  /** Makes the whole world new again. */
  reset: () => Promise<void>;
};

type Call = {
  options: RestOptions;
  reviews: Reviews;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Path segments, each decoded. */
  path: string[];
};

export function reviewServer(options: RestOptions): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const call: Call = { options, reviews: options.reviews, request, response, url, path: [] };
    try {
      call.path = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
      if (call.path[0] === "a") call.path.shift();
      await route(call);
    } catch (cause) {
      if (cause instanceof URIError) sendText(response, 400, "Bad request: malformed URL");
      else if (cause instanceof Refused) sendText(response, cause.status, cause.message);
      else if (cause instanceof BadQuery) sendText(response, 400, cause.message);
      else throw cause;
    }
  };
}

async function route(call: Call): Promise<void> {
  const { request, response, path } = call;
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!reads && request.method !== "POST") throw new Refused(405, `Method not allowed: ${request.method}`);
  if (!reads && !comesFromHere(call)) throw new Refused(403, "Forbidden: request from another site");
  const [first, second, ...rest] = path;
  if (first === "changes" && second === undefined && reads) return listChanges(call);
  if (first === "changes" && second !== undefined)
    return reads ? readChange(call, second, rest) : alter(call, second, rest);
  if (first === "sandbox" && !reads) return sandboxCall(call);
  if (!reads) throw new Refused(404, "Not Found");
  if (first === "config") return sendConfig(call);
  if (first === "accounts" && second === "self") {
    return sendJson(response, accountInfo(voter(call), true));
  }
  return sendPages(call);
}

async function listChanges({ options, reviews, response, url }: Call): Promise<void> {
  const queries = url.searchParams.getAll("q");
  const wanted = optionsOf(url);
  const lists = (queries.length === 0 ? [""] : queries).map((query) => {
    const { matches, limit } = parseQuery(query, (id) => reviews.account(id));
    const max = Math.min(numberParameter(url, ["n", "limit"]) ?? limit ?? listLimitDefault, listLimitMax);
    const start = numberParameter(url, ["S", "start"]) ?? 0;
    const found = reviews.changes
      .filter(matches)
      .toSorted((a, b) => b.updated.localeCompare(a.updated) || b.number - a.number);
    return { page: found.slice(start, start + max), more: found.length > start + max };
  });
  const answers = await Promise.all(
    lists.map(async ({ page, more }) => {
      const infos = await Promise.all(
        page.map((change) => changeInfo(reviews, change, wanted, options.gerritUrl())),
      );
      const last = infos.at(-1);
      if (more && last !== undefined) last["_more_changes"] = true;
      return infos;
    }),
  );
  sendJson(response, queries.length > 1 ? answers : answers[0]);
}

async function readChange(call: Call, id: string, rest: string[]): Promise<void> {
  const { options, reviews, response, url } = call;
  const change = findChange(reviews, id);
  const [what, revision, view = "commit"] = rest;
  const wanted = optionsOf(url);
  if (what === undefined)
    return sendJson(response, await changeInfo(reviews, change, wanted, options.gerritUrl()));
  if (what === "detail") {
    for (const option of ["DETAILED_LABELS", "DETAILED_ACCOUNTS", "MESSAGES"]) wanted.add(option);
    return sendJson(response, await changeInfo(reviews, change, wanted, options.gerritUrl()));
  }
  if (what === "messages") {
    const info = await changeInfo(
      reviews,
      change,
      new Set(["MESSAGES", "DETAILED_ACCOUNTS"]),
      options.gerritUrl(),
    );
    return sendJson(response, info["messages"]);
  }
  if (what !== "revisions" || revision === undefined) throw new Refused(404, `Not found: ${what}`);
  const patchSet = findPatchSet(change, revision);
  switch (view) {
    case "commit":
      return sendJson(response, { commit: patchSet.commit, ...commitInfo(patchSet) });
    case "mergeable":
      if (change.status !== "NEW") throw new Refused(409, `change is ${change.status.toLowerCase()}`);
      return sendJson(response, {
        submit_type: "MERGE_IF_NECESSARY",
        mergeable: await isMergeable(call, change, patchSet),
      });
    case "related":
      return sendJson(response, { changes: relatedChanges(reviews, change, patchSet) });
    case "files":
      return sendJson(response, await filesInfo(reviews, change, patchSet, true));
    case "patch": {
      const patch = await reviews.repository(change.project).diff(patchSet.commit);
      return sendText(response, 200, Buffer.from(patch).toString("base64"));
    }
    default:
      throw new Refused(404, `Not found: ${view}`);
  }
}

async function isMergeable({ reviews }: Call, change: Change, patchSet: PatchSet): Promise<boolean> {
  return (await reviews.repository(change.project).tryMerge(change.branch, patchSet.commit)).clean;
}

/** The chain a patch set stands in, newest first, and nothing when it stands alone. */
function relatedChanges(reviews: Reviews, change: Change, patchSet: PatchSet): object[] {
  const all = reviews.changes
    .filter((other) => other.project === change.project && other.branch === change.branch)
    .flatMap((other) => other.patchSets.map((each) => ({ change: other, patchSet: each })));
  type Link = (typeof all)[number];
  const above = (link: Link): Link[] =>
    all
      .filter((other) => other.patchSet.parents.includes(link.patchSet.commit))
      .flatMap((child) => [...above(child), child]);
  const below = (link: Link): Link[] =>
    all
      .filter((other) => link.patchSet.parents.includes(other.patchSet.commit))
      .flatMap((parent) => [parent, ...below(parent)]);
  const self = { change, patchSet };
  const chain = [...above(self), self, ...below(self)];
  if (chain.length === 1) return [];
  return chain.map((link) => ({
    project: link.change.project,
    change_id: link.change.changeId,
    commit: { commit: link.patchSet.commit, ...commitInfo(link.patchSet) },
    _change_number: link.change.number,
    _revision_number: link.patchSet.number,
    _current_revision_number: currentPatchSet(link.change).number,
    status: link.change.status,
    submittable: false,
  }));
}

async function alter(call: Call, id: string, rest: string[]): Promise<void> {
  const { options, reviews, response } = call;
  const change = findChange(reviews, id);
  const body = await jsonBody(call);
  const text = typeof body["message"] === "string" ? body["message"] : "";
  const [what, revision, verb] = rest;
  if (what === "abandon") {
    await reviews.abandon(change.number, voter(call), text);
    return sendJson(response, await changeInfo(reviews, change, new Set(), options.gerritUrl()));
  }
  if (what === "revert") {
    const revert = await reviews.revert(change.number, voter(call), text);
    return sendJson(response, await changeInfo(reviews, revert, new Set(), options.gerritUrl()));
  }
  if (what !== "revisions" || revision === undefined || verb !== "review")
    throw new Refused(404, "Not Found");
  if (findPatchSet(change, revision) !== currentPatchSet(change)) {
    throw new Refused(409, `revision ${revision} is not the current one`);
  }
  const labels = (body["labels"] ?? {}) as Partial<Record<LabelName, number>>;
  await reviews.vote(change.number, voter(call), labels, text);
  sendJson(response, { labels });
}

/** Calls that a real Gerrit does not have: tests and visitors move the world along with them. */
async function sandboxCall(call: Call): Promise<void> {
  const { options, reviews, response, path } = call;
  const [, what, id, verb] = path;
  if (what === "reset" && id === undefined) {
    await options.reset();
    return call.request.headers["sec-fetch-dest"] === "document"
      ? redirect(response, "/")
      : sendJson(response, {});
  }
  if (what !== "changes" || id === undefined || verb !== "patch-set") throw new Refused(404, "Not Found");
  const body = await jsonBody(call);
  const files = Object.entries((body["files"] ?? {}) as Record<string, unknown>).map(
    ([path, text]) => [path, String(text)] as const,
  );
  const change = await reviews.addPatchSet(findChange(reviews, id).number, login(call), {
    message: typeof body["message"] === "string" ? body["message"] : null,
    files: Object.fromEntries(files),
  });
  sendJson(response, await changeInfo(reviews, change, new Set(["CURRENT_REVISION"]), options.gerritUrl()));
}

function sendConfig({ response, path }: Call): void {
  const [, server, what] = path;
  if (server !== "server") throw new Refused(404, "Not Found");
  if (what === "version") return sendJson(response, gerritVersion);
  if (what === "info") return sendJson(response, { gerrit: { all_projects: "All-Projects" }, change: {} });
  throw new Refused(404, "Not Found");
}

async function sendPages({ options, reviews, response, path, url }: Call): Promise<void> {
  const [first = "", ...rest] = path;
  const plus = path.lastIndexOf("+");
  if (first === "" || (first === "q" && rest.length > 0) || (first === "dashboard" && rest[0] === "self")) {
    const query = first === "q" ? rest.join("/").replaceAll("+", " ") : (url.searchParams.get("q") ?? "");
    const { matches } =
      query === "" ? { matches: () => true } : parseQuery(query, (id) => reviews.account(id));
    const changes = reviews.changes.filter(matches);
    return sendPage(response, 200, await indexPage(reviews, changes, options.servers(), query));
  }
  const number =
    /^\d{1,9}$/.test(first) && rest.length === 0
      ? first
      : first === "c" && plus > 0
        ? path[plus + 1]
        : undefined;
  const change = number === undefined ? undefined : reviews.find(Number(number));
  if (change === undefined) return sendPage(response, 404, notFoundPage(url.pathname));
  if (first !== "c") return redirect(response, `/c/${change.project}/+/${change.number}`);
  const asked = path[plus + 2];
  const patchSet = asked === undefined ? currentPatchSet(change) : findPatchSet(change, asked);
  sendPage(response, 200, await changePage(reviews, change, patchSet));
}

function findChange(reviews: Reviews, id: string): Change {
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

function findPatchSet(change: Change, revision: string): PatchSet {
  if (revision === "current") return currentPatchSet(change);
  const found = change.patchSets.find(
    ({ number, commit }) =>
      String(number) === revision || (revision.length >= 7 && commit.startsWith(revision)),
  );
  if (found === undefined) throw new Refused(404, `Not found: ${revision}`);
  return found;
}

/** Who sent basic authentication, if anybody did; every password is right. */
function login({ reviews, request }: Call): Account | null {
  const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic") return null;
  const [name = ""] = Buffer.from(credentials, "base64").toString().split(":");
  if (!/^[\p{L}\p{N}._@+-]{1,100}$/u.test(name)) throw new Refused(401, "Unauthorized");
  return reviews.accountNamed(name);
}

/** Where the real server would want a login, the sandbox takes it that the deployment tool is speaking. */
function voter(call: Call): Account {
  return login(call) ?? people.scap;
}

/** A page of another site open in the same browser must not be able to change the sandbox. */
function comesFromHere({ request, options }: Call): boolean {
  const { origin } = request.headers;
  return (
    origin === undefined || origin === options.gerritUrl() || origin === `http://${request.headers.host}`
  );
}

function optionsOf(url: URL): Set<string> {
  return new Set(url.searchParams.getAll("o").flatMap((option) => option.toUpperCase().split(",")));
}

function numberParameter(url: URL, names: string[]): number | null {
  for (const name of names) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    if (!/^\d{1,6}$/.test(value)) throw new BadQuery(`"${value}" is not a valid value for "${name}"`);
    return Number(value);
  }
  return null;
}

async function jsonBody({ request }: Call): Promise<Record<string, unknown>> {
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

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json; charset=utf-8", `)]}'\n${JSON.stringify(value)}\n`);
}
