// The review server's HTTP interface: the calls of Gerrit's REST API that a deployment makes, with its
// shapes, its `)]}'` line and its plain-text refusals; pages for people; and the repositories for git.
import { redirect, sendPage, sendText, type Handler } from "../http.ts";
import { findPatchSet, sendJson, voter, type Call, type ReviewServerOptions } from "./call.ts";
import { accountInfo } from "./change-info.ts";
import { answerGit, gitCallOf } from "./git-http.ts";
import { changePage, indexPage, notFoundPage } from "./pages.ts";
import { BadQuery, parseQuery } from "./query.ts";
import { listChanges, readChange } from "./reading.ts";
import { currentPatchSet } from "./records.ts";
import { Refused } from "./refused.ts";
import { alterChange, moveWorld } from "./writing.ts";

const gerritVersion = "3.10.0";

export function reviewServer(options: ReviewServerOptions): Handler {
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
  const { request, response, path, reviews, url } = call;
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!reads && request.method !== "POST") throw new Refused(405, `Method not allowed: ${request.method}`);
  if (!reads && !comesFromHere(call)) throw new Refused(403, "Forbidden: request from another site");
  const [first, second, ...rest] = path;
  if (first === "changes" && second === undefined && reads) return listChanges(call);
  if (first === "changes" && second !== undefined)
    return reads ? readChange(call, second, rest) : alterChange(call, second, rest);
  if (first === "sandbox" && !reads) return moveWorld(call);
  if (first === "config" && reads) return sendConfig(call);
  const gitCall = gitCallOf(url.pathname);
  if (gitCall !== null) {
    const { directory } = reviews.repository(gitCall.project);
    return answerGit(gitCall, directory, request, response, url);
  }
  if (!reads) throw new Refused(404, "Not Found");
  if (first === "accounts" && second === "self") {
    return sendJson(response, accountInfo(voter(call), true));
  }
  return sendPages(call);
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

/** A page of another site open in the same browser must not be able to change the sandbox. */
function comesFromHere({ request, options }: Call): boolean {
  const { origin } = request.headers;
  return (
    origin === undefined || origin === options.gerritUrl() || origin === `http://${request.headers.host}`
  );
}
