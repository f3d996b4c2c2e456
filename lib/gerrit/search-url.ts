/** @param options fields that Gerrit leaves out unless they are requested */
export function searchUrl(baseUrl: string, q: string, limit: number, options: readonly string[]): URL {
  const url = new URL(`${baseUrl}/changes/`);
  url.searchParams.set("q", q);
  url.searchParams.set("n", String(limit));
  for (const option of options) url.searchParams.append("o", option);
  return url;
}
