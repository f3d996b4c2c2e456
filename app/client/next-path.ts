/**
 * Where to go after signing in: a path of this site, or the home page. Anything that a browser could read as
 * another site (`//host`, `/\host`, a scheme, control characters) is refused.
 */
export function safeNextPath(next: string | null | undefined): string {
  if (next === null || next === undefined) return "/";
  // Browsers drop tabs and newlines inside URLs, which would hide a second slash.
  if (!/^\/(?![/\\])/.test(next) || /[\p{Cc}\\]/u.test(next)) return "/";
  return next.startsWith("/sign-in") || next.startsWith("/api/") ? "/" : next;
}
