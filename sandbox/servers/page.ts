// The pages of a server: the front page from the deployed settings and template, and the pages for invalid settings and for
// a server without a release. Values are escaped; the template is not.
import { escapeHtml } from "../http.ts";
import type { Site } from "./site.ts";

export type Badge = { server: string; stage: string; commit: string | undefined };

export function frontPage(site: Site, badge: Badge): string {
  const { name, tagline, language } = site["wmf-config/site.json"];
  const welcome = site["wmf-config/welcome.json"];
  const featured = site["wmf-config/featured.json"];
  const notice = site["wmf-config/site-notice.json"];
  const theme = site["wmf-config/theme.json"];
  const parts: Record<string, string> = {
    siteNotice: notice.enabled
      ? `<p class="notice ${notice.tone}" role="status">${escapeHtml(notice.text)}</p>`
      : "",
    heading: escapeHtml(welcome.heading),
    welcome: escapeHtml(welcome.text),
    search: `<p class="search" aria-hidden="true">${escapeHtml(site["wmf-config/search.json"].placeholder)}</p>`,
    featured: card(
      "featured",
      "Featured article",
      `<h3>${escapeHtml(featured.title)}</h3><p>${escapeHtml(featured.text)}</p><p>${link("Read more", featured.more)}</p>`,
    ),
    seasonal: site.seasonal?.show
      ? card(
          "seasonal",
          site.seasonal.title,
          `<ul>${site.seasonal.pages.map((name) => `<li>${escapeHtml(name)}</li>`).join("")}</ul>`,
        )
      : "",
    thanks: site.thanks
      ? card(
          "thanks",
          "Your turn",
          `<p>${escapeHtml(site.thanks["wikilove-description"])}</p><p class="thanks-button"><span aria-hidden="true">${escapeHtml(site.thanks["wikilove-icon"])}</span> ${escapeHtml(site.thanks["wikilove-button"])}</p>`,
        )
      : "",
  };
  const body = site.template.replace(/\{\{(\w+)\}\}/g, (_match, part: string) => parts[part] ?? "");
  const header = `<header class="site"><a href="/" class="brand"><img src="/static/wordmark.svg" alt="${escapeHtml(name)}" height="48"></a>
<div class="names"><strong>${escapeHtml(name)}</strong><span>${escapeHtml(tagline)}</span></div>
<nav aria-label="Site">${site["wmf-config/navigation.json"].map(({ title, href }) => link(title, href)).join("")}</nav></header>`;
  const footer = `<footer class="site"><p>${escapeHtml(site["wmf-config/footer.json"].text)}</p>
<p>${site["wmf-config/languages.json"].map(({ code, name }) => `<span lang="${escapeHtml(code)}">${escapeHtml(name)}</span>`).join(" · ")}</p></footer>`;
  const variables = `:root { --accent: ${theme.accent}; --accent-dark: ${theme.accentDark}; --corner: ${theme.corner}; }`;
  return page(name, language, variables, `${header}${body}${footer}`, badge);
}

export function brokenPage(errors: readonly string[], badge: Badge): string {
  const list = errors.map((error) => `<li><code>${escapeHtml(error)}</code></li>`).join("");
  const body = `<main><h1>This wiki has a configuration error</h1><p class="lead">The deployed settings are invalid.</p><ul>${list}</ul></main>`;
  return page("Error", "en", "", body, badge);
}

export function plainPage(title: string, text: string, badge: Badge): string {
  return page(
    title,
    "en",
    "",
    `<main><h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(text)}</p></main>`,
    badge,
  );
}

function card(kind: string, title: string, html: string): string {
  return `<section class="card ${kind}"><h2>${escapeHtml(title)}</h2>${html}</section>`;
}

function link(title: string, href: string): string {
  // A deployed link must not be able to run a script.
  const safe = /^(?:https?:\/\/|\/(?!\/)|#)/.test(href) ? href : "#";
  return `<a href="${escapeHtml(safe)}">${escapeHtml(title)}</a>`;
}

function page(title: string, language: string, variables: string, body: string, badge: Badge): string {
  const commit = badge.commit === undefined ? "nothing deployed" : badge.commit.slice(0, 10);
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – ${escapeHtml(badge.server)}</title>
<style>${STYLES}${variables}</style>
<link rel="stylesheet" href="/static/site.css">
</head>
<body>
<aside class="badge" aria-label="This server">${escapeHtml(badge.server)} · ${escapeHtml(badge.stage)} · <code>${escapeHtml(commit)}</code></aside>
${body}
</body>
</html>
`;
}

const STYLES = `
:root { --accent: #36722f; --accent-dark: #9ccb86; --corner: 6px; --ink: #202122; --quiet: #54595d; --paper: #fff; --panel: #f8f9fa; --line: #d5d8dc; --mark: var(--accent); }
@media (prefers-color-scheme: dark) { :root { --ink: #eaecf0; --quiet: #a2a9b1; --paper: #14181c; --panel: #1d2329; --line: #3a4149; --mark: var(--accent-dark); } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--mark); } main, header.site, footer.site { max-width: 960px; margin: 0 auto; padding: 16px; }
header.site { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 20px; border-bottom: 3px solid var(--mark); }
.brand img { display: block; height: 48px; background: #fff; border-radius: var(--corner); padding: 4px; }
.names { display: flex; flex-direction: column; line-height: 1.3; margin-right: auto; } .names span { color: var(--quiet); font-size: .875rem; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; width: 100%; }
h1 { font: 2rem/1.25 Georgia, serif; margin: 24px 0 8px; } h2 { font-size: .875rem; color: var(--quiet); margin: 0; text-transform: uppercase; letter-spacing: .05em; }
h3 { font: 1.375rem/1.3 Georgia, serif; margin: 4px 0; color: var(--mark); }
.notice { margin: 0 0 16px; padding: 12px 16px; border: 1px solid; border-left-width: 6px; border-radius: var(--corner); background: var(--panel); }
.notice.success { border-color: #14866d; } .notice.info { border-color: #36c; } .notice.warning { border-color: #ab7f2a; }
.search { border: 1px solid var(--line); border-radius: var(--corner); padding: 8px 12px; color: var(--quiet); background: var(--panel); max-width: 32em; }
.card { border: 1px solid var(--line); border-radius: var(--corner); padding: 16px; background: var(--panel); }
.thanks-button { display: inline-block; border: 1px solid var(--mark); color: var(--mark); border-radius: var(--corner); padding: 6px 14px; }
footer.site { border-top: 1px solid var(--line); margin-top: 32px; padding-bottom: 56px; color: var(--quiet); font-size: .875rem; }
.badge { position: fixed; inset: auto 8px 8px auto; margin: 0; padding: 2px 10px; font-size: .75rem; color: var(--quiet); background: var(--paper); border: 1px solid var(--line); border-radius: 99px; }
@media (max-width: 720px) { .badge { position: static; border-width: 0 0 1px; border-radius: 0; text-align: center; } }
`;
