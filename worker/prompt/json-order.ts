// The entries of an object in JSON, in the order in which they are written. JSON.parse loses it: JavaScript moves keys that are
// integers to the front, and scap's choices would be shown in another order than in a terminal.

/** A string, with the colon behind it if it is a key. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;
/** Begins a key that is not an integer. */
const MARK = "=";

/**
 * @param json a valid object
 * @param name of one of its keys, whose value is an object of scalars
 */
export function entriesInOrder(json: string, name: string): [string, unknown][] | undefined {
  const marked = json.replace(STRING, (text: string, colon: string | undefined) =>
    colon === undefined ? text : `"${MARK}${text.slice(1)}`,
  );
  const value = (JSON.parse(marked) as Record<string, unknown>)[MARK + name];
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([key, each]) => [key.slice(MARK.length), each]);
}
