/**
 * The page to open after signing in: a path of this site, or the home page. Rejects anything that a browser could resolve to
 * another site (`//host`, `/\host`, a scheme, control characters), to prevent open redirects.
 */
export function safeNextPath(next: string | null | undefined): string {
  if (next === null || next === undefined) return "/";
  // Browsers remove tabs and newlines from URLs, which could hide a second slash.
  if (!/^\/(?![/\\])/.test(next) || /[\p{Cc}\\]/u.test(next)) return "/";
  // As browsers resolve it: `/.//host` becomes `//host`.
  const { pathname } = new URL(next, "http://host");
  return /^\/(?:\/|sign-in|api\/)/.test(pathname) ? "/" : next;
}
