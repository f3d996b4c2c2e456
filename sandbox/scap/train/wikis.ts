// The wikis of the staging directory: wikiversions.json, the lists of wikis, and the version directories.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PlainExit } from "../errors.ts";
import { record, text } from "../json.ts";

export const GROUPS = ["testwikis", "group0", "group1", "group2"] as const;

/** The version of each wiki, without `php-`. Undefined without the file. */
export function readWikiversions(staging: string): Map<string, string> | undefined {
  const file = join(staging, "wikiversions.json");
  if (!existsSync(file)) return undefined;
  const entries = Object.entries(record(JSON.parse(readFileSync(file, "utf8"))));
  return new Map(entries.map(([wiki, directory]) => [wiki, text(directory).replace(/^php-/, "")]));
}

/** The format of the seed. */
export function wikiversionsText(versions: ReadonlyMap<string, string>): string {
  const directories = [...versions].map(([wiki, version]) => [wiki, `php-${version}`]);
  return `${JSON.stringify(Object.fromEntries(directories), null, 2)}\n`;
}

/** The versions that any wiki runs, the oldest first. */
export function activeVersions(versions: ReadonlyMap<string, string>): string[] {
  return [...new Set(versions.values())].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The wikis of `dblists/<name>.dblist`: one a line, or an expression over other lists (`%% all - group0`). */
export function readDblist(staging: string, name: string): string[] {
  const file = join(staging, "dblists", `${name}.dblist`);
  if (!existsSync(file)) throw new PlainExit(`group "${file}" does not exist`);
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  if (!lines[0]?.startsWith("%%")) return lines;
  const [first = "", ...rest] = lines[0]
    .slice(2)
    .trim()
    .split(/\s+([-+])\s+/);
  let wikis = readDblist(staging, first);
  for (let index = 0; index < rest.length; index += 2) {
    const others = readDblist(staging, rest[index + 1] ?? "");
    wikis = rest[index] === "+" ? [...wikis, ...others] : wikis.filter((wiki) => !others.includes(wiki));
  }
  return [...new Set(wikis)];
}
