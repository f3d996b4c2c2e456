// The paths of endpoints: `/api/jobs/{id}` with values in place of the names, and back.

type Values = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** The path with its query, without values that are undefined. A list becomes text separated by commas. */
export function formatUrl(template: string, given: { params?: Values; query?: Values }): string {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(given.params?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given.query ?? {}))
    if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Matches paths, with the values in named groups. The framework redirects a path with a slash at its end. */
export function pathExpression(template: string): RegExp {
  const source = template.replaceAll(".", String.raw`\.`).replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${source}/?$`);
}
