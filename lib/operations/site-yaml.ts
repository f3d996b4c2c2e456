// YAML that a person at the site writes: its value, and the line of each place in it. Whatever the file contains, what is wrong is an
// issue with a line, and the time that it takes is bounded.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";

/** Far more than all operations of a site need. The library takes seconds for a file of this size that was made to be slow. */
export const YAML_MAX_BYTES = 64 * 1024;

export type Issue = { line: number; message: string };
type SiteYaml = { value: unknown; lineOf: (path: readonly PropertyKey[]) => number };

/** @throws YamlError */
export function parseYaml(text: string): SiteYaml {
  if (Buffer.byteLength(text) > YAML_MAX_BYTES) {
    throw new YamlError([{ line: 1, message: `The file is larger than ${YAML_MAX_BYTES / 1024} KiB.` }]);
  }
  const lines = new LineCounter();
  // The library compares each key with all others of its map: a map of thousands of keys would take minutes.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const issues = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    message,
  }));
  if (issues.length === 0) issues.push(...unusableKeys(document, lines));
  if (issues.length > 0) throw new YamlError(issues);
  return { value: valueOf(document, lines), lineOf: (path) => lineOf(document, lines, path) };
}

export class YamlError extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ line, message }) => `line ${line}: ${message}`).join("\n"));
    this.issues = issues;
  }
}

function unusableKeys(document: Document, lines: LineCounter): Issue[] {
  const found: Issue[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        const line = lineOfNode(key, lines);
        if (seen.has(name)) found.push({ line, message: `The key ${name} is repeated.` });
        // No schema sees it: an operation or a parameter of this name would be left out without notice.
        if (name === "__proto__") found.push({ line, message: "The key __proto__ is reserved." });
        seen.add(name);
      }
    },
  });
  return found;
}

/** Aliases may expand to more than fits into memory; the library counts them, and refuses those without an anchor. */
function valueOf(document: Document, lines: LineCounter): unknown {
  try {
    return document.toJS();
  } catch (error) {
    let line: number | undefined;
    visit(document, { Alias: (_, alias) => void (line ??= lineOfNode(alias, lines)) });
    throw new YamlError([
      { line: line ?? 1, message: error instanceof Error ? error.message : String(error) },
    ]);
  }
}

/** The line of the key or list item, or of what should contain it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const node = isMap(parent)
      ? parent.items.find(({ key }) => String(key) === String(path[depth - 1]))?.key
      : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lineOfNode(node, lines);
  }
  return 1;
}

function lineOfNode(node: unknown, lines: LineCounter): number {
  return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
}
