// One test or production server of the sandbox. It owns nothing: each request looks at where `current`
// points right now, so a deployment is seen the moment the link is switched.
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { ServerResponse } from "node:http";
import { readJson } from "../files.ts";
import { send, sendPage, sendText, type Handler } from "../http.ts";
import { brokenPage, frontPage, plainPage, type Badge } from "./page.ts";
import { currentRelease, releaseNoteName, resolveInside, type Release } from "./release.ts";
import { readSite } from "./site.ts";

export type Stage = "testservers" | "canaries" | "production";
export type ServerPlace = { name: string; stage: Stage; directory: string };

export function applicationServer(place: ServerPlace): Handler {
  return async (request, response) => {
    const path = pathOf(request.url ?? "/");
    if (request.method !== "GET" && request.method !== "HEAD")
      return sendText(response, 405, "Method not allowed\n");
    const release = await currentRelease(place.directory);
    const badge: Badge = { server: place.name, stage: place.stage, commit: release?.commit ?? null };
    if (release === null) {
      const text = `${place.name} has nothing deployed: ${join(place.directory, "current")} is missing`;
      if (path === "/") return sendPage(response, 503, plainPage("Nothing deployed", text, badge));
      return sendText(response, 503, `${text}\n`);
    }
    if (path === null) return sendText(response, 400, "Bad request: malformed path\n");
    switch (path) {
      case "/":
      case "/index.html":
        return sendFront(response, release, badge);
      case "/healthz": {
        const { faults } = await readSite(release.directory);
        return sendText(response, faults.length === 0 ? 200 : 500, `${faults.join("\n") || "OK"}\n`);
      }
      case "/version":
        return sendVersion(response, release, place);
      default:
        return sendFile(response, release, path, badge);
    }
  };
}

async function sendFront(response: ServerResponse, release: Release, badge: Badge): Promise<void> {
  const { site, faults } = await readSite(release.directory);
  if (site === null) return sendPage(response, 500, brokenPage(faults, badge));
  sendPage(response, 200, frontPage(site, badge));
}

async function sendVersion(response: ServerResponse, release: Release, place: ServerPlace): Promise<void> {
  // A release without a readable note is still a release; its name says which commit it is.
  const note = await readJson<object>(join(release.directory, releaseNoteName));
  const version = { commit: release.commit, changes: [], ...note, server: place.name, stage: place.stage };
  send(response, 200, "application/json; charset=utf-8", `${JSON.stringify(version)}\n`);
}

async function sendFile(
  response: ServerResponse,
  release: Release,
  path: string,
  badge: Badge,
): Promise<void> {
  const file = await resolveInside(join(release.directory, "docroot"), path);
  if (file === null || !(await stat(file)).isFile()) {
    return sendPage(response, 404, plainPage("Not found", "There is no such page here.", badge));
  }
  send(response, 200, contentTypes[extname(file)] ?? "application/octet-stream", await readFile(file));
}

/** Null for a path that cannot be a name: malformed escapes, a zero byte. */
function pathOf(target: string): string | null {
  try {
    const path = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? "/");
    return path.includes("\0") ? null : path;
  } catch {
    return null;
  }
}

const contentTypes: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};
