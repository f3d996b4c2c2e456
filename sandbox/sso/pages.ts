// The pages of the sandbox's identity provider: select a person, or sign out. Without scripts.
import { escapeHtml } from "../http.ts";
import type { Person } from "./people.ts";

export function selectPage(people: readonly Person[], action: string): string {
  const buttons = people.map(
    ({ name, fullName, groups }) =>
      `<li><button name="person" value="${escapeHtml(name)}"><strong>${escapeHtml(fullName)}</strong> <code>${escapeHtml(name)}</code><br><span>${escapeHtml(groups.join(", "))}</span></button></li>`,
  );
  return page(
    "Sign in",
    `<p>The identity provider of the sandbox. Select a person; there are no passwords.</p>
<form method="post" action="${escapeHtml(action)}"><ul>${buttons.join("")}</ul>
<button class="quiet" name="person" value="">Cancel</button></form>`,
  );
}

/** @param form of the provider, with the id `op.logoutForm`. */
export function signOutPage(form: string): string {
  return page(
    "Sign out",
    `<p>Do you want to sign out of the identity provider of the sandbox as well?</p>${form}
<p><button form="op.logoutForm" name="logout" value="yes"><strong>Sign out</strong></button></p>
<p><button class="quiet" form="op.logoutForm">Stay signed in</button></p>`,
  );
}

export function messagePage(title: string, text: string): string {
  return page(title, `<p>${escapeHtml(text)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – Sandbox sign-on</title>
<style>${STYLES}</style>
</head>
<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body>
</html>
`;
}

const STYLES = `
:root { --ink: #202122; --quiet: #54595d; --paper: #fff; --panel: #f8f9fa; --line: #a2a9b1; --mark: #36c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaecf0; --quiet: #a2a9b1; --paper: #101418; --panel: #1d2329; --line: #72777d; --mark: #88a3e8; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 440px; margin: 0 auto; padding: clamp(24px, 10vh, 96px) 16px 48px; }
h1 { font: 1.75rem/1.25 Georgia, serif; } p, span { color: var(--quiet); }
ul { display: grid; gap: 8px; margin: 24px 0; padding: 0; list-style: none; }
button { width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 2px; background: var(--panel); color: var(--ink); font: inherit; text-align: left; cursor: pointer; }
button:hover { border-color: var(--mark); } button.quiet { border: 0; background: none; color: var(--mark); text-align: center; }
`;
