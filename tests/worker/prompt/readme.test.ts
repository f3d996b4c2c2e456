import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";
import { INTERACTION_MODES, INTERACTION_TRANSITIONS } from "#lib/domain/interaction-mode.ts";

const README = path.join(import.meta.dirname, "../../../worker/prompt/README.md");

test("every rule of the README names a case that exists", () => {
  const text = readFileSync(README, "utf8");
  const links = [...text.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map((found) => found[1] ?? "");
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && line.includes("tests/fixtures"));

  assert(links.length > 50 && rows.length > 20, "the README has no rules to check");
  assert.deepEqual(
    links.filter((link) => !existsSync(path.join(path.dirname(README), link))),
    [],
  );
});

test("the diagram of the README has the transitions of the table", () => {
  const text = readFileSync(README, "utf8");
  const drawn = [...text.matchAll(/^ {4}(\w+) --> (\w+): (.+)$/gm)].flatMap(([, from, to, events = ""]) =>
    events.split(", ").map((event) => `${from} ${event} ${to}`),
  );
  const declared = INTERACTION_MODES.flatMap((mode) =>
    Object.entries(INTERACTION_TRANSITIONS[mode]).map(([event, to]) => `${mode} ${event} ${to}`),
  );

  assert.deepEqual(drawn.toSorted(), declared.toSorted());
});
