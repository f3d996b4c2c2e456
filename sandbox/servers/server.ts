// One test or production server of the sandbox. It has no state: each request reads the release that `current` points at, so
// a deployment is visible as soon as the link is switched.
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import type { ServerResponse } from "node:http";
import { isMissing, readJson } from "../files.ts";
import { send, sendPage, sendText, type Handler } from "../http.ts";
import { brokenPage, frontPage, plainPage, type Badge } from "./page.ts";
import { commitOf, currentRelease, noteName } from "../releases.ts";
import type { ErrorLog } from "../errors/error-log.ts";
import { MAIN_WIKI, readSite } from "./site.ts";

export type Stage = "testservers" | "canaries" | "production";
export type ServerPlace = { name: string; stage: Stage; directory: string };

/** @param log gets an error for each request that fails because of what is deployed. */
export function applicationServer(place: ServerPlace, log: ErrorLog): Handler {
  return async (request, response) => {
    const path = pathOf(request.url ?? "/");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return sendText(response, 405, "Method not allowed\n");
    }
    const name = currentRelease(place.directory);
    const commit = name === undefined ? undefined : commitOf(name);
    const badge: Badge = { server: place.name, stage: place.stage, commit };
    if (name === undefined || commit === undefined) {
      const text = `${place.name} has nothing deployed: ${join(place.directory, "current")} is missing`;
      if (path === "/") return sendPage(response, 503, plainPage("Nothing deployed", text, badge));
      return sendText(response, 503, `${text}\n`);
    }
    if (path === undefined) return sendText(response, 400, "Bad request: malformed path\n");
    const directory = join(place.directory, "releases", name);
    switch (path) {
      case "/":
      case "/index.html":
        return sendFront(response, directory, badge, log);
      case "/healthz": {
        const { errors } = await readSite(directory);
        return sendText(response, errors.length === 0 ? 200 : 500, `${errors.join("\n") || "OK"}\n`);
      }
      case "/wiki/Special:Version":
        return sendWikiVersion(
          response,
          directory,
          new URL(request.url ?? "/", "http://server").searchParams,
        );
      case "/version":
        return sendVersion(response, directory, { commit, server: place.name, stage: place.stage });
      default:
        return sendFile(response, directory, path, badge);
    }
  };
}

async function sendFront(
  response: ServerResponse,
  directory: string,
  badge: Badge,
  log: ErrorLog,
): Promise<void> {
  const { site, errors } = await readSite(directory);
  const { server, commit } = badge;
  for (const message of errors) log.add({ server, version: (commit ?? "").slice(0, 10), message });
  if (site === undefined) return sendPage(response, 500, brokenPage(errors, badge));
  sendPage(response, 200, frontPage(site, badge));
}

async function sendVersion(response: ServerResponse, directory: string, facts: object): Promise<void> {
  const note = await readJson<object>(join(directory, noteName));
  const version = { changes: [], ...note, ...facts };
  send(response, 200, "application/json; charset=utf-8", `${JSON.stringify(version)}\n`);
}

/** Of the wiki that the parameter `wiki` names. */
async function sendWikiVersion(
  response: ServerResponse,
  directory: string,
  parameters: URLSearchParams,
): Promise<void> {
  const versions = await readJson<Record<string, string>>(join(directory, "wikiversions.json"));
  const wiki = parameters.get("wiki") ?? MAIN_WIKI;
  const version = versions === undefined || !Object.hasOwn(versions, wiki) ? undefined : versions[wiki];
  if (version === undefined) return sendText(response, 404, `There is no wiki ${wiki} here.\n`);
  sendText(response, 200, `${wiki} runs MediaWiki ${version.replace(/^php-/, "")}\n`);
}

async function sendFile(
  response: ServerResponse,
  directory: string,
  path: string,
  badge: Badge,
): Promise<void> {
  const file = await resolveInside(join(directory, "docroot"), path);
  if (file === undefined || !(await stat(file)).isFile()) {
    return sendPage(response, 404, plainPage("Not found", "There is no such page here.", badge));
  }
  send(response, 200, CONTENT_TYPES[extname(file)] ?? "application/octet-stream", await readFile(file));
}

/** The file at a path below `folder`, links resolved; undefined when it does not exist or is outside. */
async function resolveInside(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const target = await realpath(join(root, path));
    const fromRoot = relative(root, target);
    return fromRoot === "" || fromRoot === ".." || fromRoot.startsWith("../") ? undefined : target;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** Null for a malformed path: invalid escapes, a NUL byte. */
function pathOf(target: string): string | undefined {
  try {
    const path = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? "/");
    return path.includes("\0") ? undefined : path;
  } catch {
    return undefined;
  }
}

const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};
