// The HTTP interface of the review server: the calls of Gerrit's REST API that a deployment makes, and pages for people.
import { redirect, send, sendPage, sendText, type Handler } from "../http.ts";
import { sendJson, type Call, type ReviewServerOptions } from "./call.ts";
import { changePage, indexPage, notFoundPage } from "./pages.ts";
import { BadQuery } from "./query.ts";
import { listChanges, readChange } from "./reading.ts";
import { Refused } from "./refused.ts";
import { trainBlockers } from "./train-blockers.ts";
import { alterChange, alterSandbox } from "./writing.ts";

const GERRIT_VERSION = "3.10.0";

export function reviewServer(options: ReviewServerOptions): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const call: Call = { options, reviews: options.reviews, request, response, url, path: [] };
    try {
      call.path = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
      // The prefix of authenticated calls.
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
  if (!reads && !isSameOrigin(call)) throw new Refused(403, "Forbidden: request from another site");
  const [first, second, ...rest] = path;
  if (first === "changes" && second === undefined && reads) return listChanges(call);
  if (first === "changes" && second !== undefined) {
    return reads ? readChange(call, second, rest) : alterChange(call, second, rest);
  }
  if (first === "sandbox" && !reads) return alterSandbox(call);
  if (!reads) throw new Refused(404, "Not Found");
  if (path.join("/") === "config/server/version") return sendJson(response, GERRIT_VERSION);
  if (first === "projects" && second !== undefined && rest.join("/") === "branches") {
    const part = call.url.searchParams.get("m") ?? "";
    return sendJson(response, await call.reviews.repository(second).branches(part));
  }
  if (path.join("/") === "sandbox/train-blockers") {
    return send(response, 200, "application/json", `${JSON.stringify(trainBlockers(new Date()))}\n`);
  }
  return sendPages(call);
}

async function sendPages({ options, reviews, response, path, url }: Call): Promise<void> {
  const [first = ""] = path;
  if (first === "") return sendPage(response, 200, await indexPage(reviews, options.servers()));
  const separator = path.lastIndexOf("+");
  const number = first === "c" && separator > 0 ? path[separator + 1] : path.length === 1 ? first : undefined;
  const change = reviews.find(Number(number));
  if (change === undefined) return sendPage(response, 404, notFoundPage(url.pathname));
  if (first !== "c") return redirect(response, `/c/${change.project}/+/${change.number}`);
  sendPage(response, 200, await changePage(reviews, change));
}

/** A page of another site in the same browser must not be able to change the sandbox. */
function isSameOrigin({ request }: Call): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || origin === `http://${host}`;
}
