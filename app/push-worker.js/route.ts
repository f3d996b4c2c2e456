// Serves the service worker at the root, because it may only serve pages below its own address: its source without the types,
// made at build time.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";

export const dynamic = "force-static";

export function GET(): Response {
  const source = readFileSync(path.join(process.cwd(), "app/features/notifications/push-worker.ts"), "utf8");
  return new Response(stripTypeScriptTypes(source), {
    // Browsers check for a new version at each registration.
    headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" },
  });
}
