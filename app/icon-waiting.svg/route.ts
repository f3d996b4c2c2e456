// The site's icon with a dot, for tabs in which scap is waiting for input (app/features/shell/use-tab-indicator.ts). Derived from the
// icon at build time, so that there is one drawing.
import { readFileSync } from "node:fs";
import path from "node:path";

export const dynamic = "force-static";

const DOT = '<circle cx="24.5" cy="24.5" r="6.5" fill="#d33" stroke="#fff" stroke-width="2"/>';

export function GET(): Response {
  const icon = readFileSync(path.join(process.cwd(), "app/icon.svg"), "utf8");
  return new Response(icon.replace("</svg>", `${DOT}</svg>`), {
    headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=3600" },
  });
}
