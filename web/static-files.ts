/**
 * The scripts and styles of the build, compressed with Brotli when the build was made: a sixth less than the gzip of Next's own
 * server. Their names contain a hash of their content, so that browsers may keep them for ever.
 */
import { createReadStream, existsSync, globSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

const PREFIX = "/_next/static/";
const TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

export type StaticFiles = {
  /** @returns false when the file is not compressed, or the browser does not accept it. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
};

/** @param build the directory of the build. */
export function staticFiles(build: string): StaticFiles {
  const folder = join(build, "static");
  // A list, so that no path of a request is ever looked up in the file system.
  const compressed = new Set(existsSync(folder) ? globSync("**/*.br", { cwd: folder }) : []);
  return {
    serve(request, response) {
      const { method, url = "" } = request;
      if (method !== "GET" || !url.startsWith(PREFIX) || !acceptsBrotli(request)) return false;
      const name = url.slice(PREFIX.length).split("?", 1)[0] ?? "";
      const type = TYPES[name.split(".").at(-1) ?? ""];
      if (type === undefined || !compressed.has(`${name}.br`)) return false;
      response.writeHead(200, {
        "content-type": type,
        "content-encoding": "br",
        "cache-control": "public, max-age=31536000, immutable",
        vary: "Accept-Encoding",
      });
      createReadStream(join(folder, `${name}.br`))
        .on("error", () => response.destroy())
        .pipe(response);
      return true;
    },
  };
}

function acceptsBrotli(request: IncomingMessage): boolean {
  return /(?:^|,)\s*br\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))/.test(
    String(request.headers["accept-encoding"] ?? ""),
  );
}
