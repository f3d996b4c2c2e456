// The design tokens of Codex as one style sheet for both themes, built from the files of the package. The package defines
// light and dark on `:root` in two files; here the dark theme follows the system, unless the reader has chosen a theme (the
// `data-theme` attribute, see app/features/shell/theme-script.tsx).
import { readFileSync } from "node:fs";
import path from "node:path";

export const dynamic = "force-static";

const TOKENS = "node_modules/@wikimedia/codex-design-tokens/dist";

export function GET(): Response {
  const light = tokens("theme-wikimedia-ui.css");
  const dark = tokens("theme-wikimedia-ui-mode-dark.css");
  const css = [
    `:root { color-scheme: light; ${light} }`,
    `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${dark} } }`,
    `:root[data-theme="dark"] { color-scheme: dark; ${dark} }`,
  ].join("\n");
  return new Response(css, {
    headers: { "content-type": "text/css; charset=utf-8", "cache-control": "public, max-age=3600" },
  });
}

/** The declarations inside `:root { … }`, without comments. */
function tokens(file: string): string {
  const css = readFileSync(path.join(process.cwd(), TOKENS, file), "utf8");
  const declarations = /:root\s*\{([^}]*)\}/.exec(css.replace(/\/\*[\s\S]*?\*\//g, ""))?.[1];
  if (declarations === undefined) throw new Error(`${file} has no :root`);
  return declarations.replace(/\s+/g, " ").trim();
}
