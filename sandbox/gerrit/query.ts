// The part of Gerrit's search language that SpiderPig and the sandbox's scap use: `change:` with a number or a Change-Id,
// `commit:`, `status:open`, words in the subject, AND by default, OR. It turns a query into a predicate on changes.
import { currentPatchSet, type Change } from "./records.ts";

export class BadQuery extends Error {
  override readonly name = "BadQuery";
}

type Predicate = (change: Change) => boolean;

export function parseQuery(text: string): Predicate {
  const alternatives: Predicate[][] = [[]];
  for (const token of text.matchAll(TOKEN_PATTERN)) {
    const [word, key, quoted, plain = ""] = token;
    if (word === "OR") alternatives.push([]);
    else alternatives.at(-1)?.push(toPredicate(key, quoted ?? plain));
  }
  if (alternatives.some((conditions) => conditions.length === 0)) {
    throw new BadQuery("line 1:0 no viable alternative at input");
  }
  return (change) => alternatives.some((conditions) => conditions.every((matches) => matches(change)));
}

const TOKEN_PATTERN = /(?:([A-Za-z_]+):)?(?:"([^"]*)"|([^\s"]+))/g;

function toPredicate(key: string | undefined, value: string): Predicate {
  switch (key) {
    case undefined: {
      const words = value.toLowerCase();
      return (change) => currentPatchSet(change).subject.toLowerCase().includes(words);
    }
    case "change":
      return (change) => String(change.number) === value || change.changeId === value;
    case "commit":
      return (change) => change.patchSets.some(({ commit }) => commit.startsWith(value));
    case "status":
      if (value !== "open") throw new BadQuery(`Unrecognized value: status:${value}`);
      return (change) => change.status === "NEW";
    default:
      throw new BadQuery(`Unsupported operator ${key}:${value}`);
  }
}
