import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeFacts, Label } from "#lib/domain/preflight.ts";
import {
  factTexts,
  findingText,
  preflightTitle,
  signed,
  unknownText,
} from "../../../app/text/preflight-text.ts";
import { CLEAN_FACTS } from "../../lib/domain/change-facts.ts";

const FILES = { count: 2, inserted: 12, deleted: 4 };

function aLabel(name: string, ...values: number[]): Label {
  return { name, min: -2, max: 2, votes: values.map((value) => ({ value, by: "someone" })) };
}

function texts(facts: Partial<ChangeFacts>): string {
  return factTexts({ facts: { ...CLEAN_FACTS, ...facts } }, FILES)
    .map(({ text, tone }) => `${text} (${tone})`)
    .join(", ");
}

test("the state of a change is size, review, tests and conflicts; a bad vote outweighs good ones", () => {
  assert.equal(
    texts({ labels: [aLabel("Code-Review", 2, -1), aLabel("Verified", 2)] }),
    "2 files +12 −4 (neutral), Review −1 (error), Tests passed (success), No conflict (neutral)",
  );
  assert.equal(
    texts({ isMergeable: false }),
    "2 files +12 −4 (neutral), Not reviewed (neutral), No test result (neutral), Merge conflict (error)",
  );
  assert.equal(texts({ status: "MERGED" }), "Merged (warning), 2 files +12 −4 (neutral)");
});

test("what is unknown is left out and not guessed", () => {
  assert.equal(texts({ labels: null, isMergeable: null }), "2 files +12 −4 (neutral)");
  assert.deepEqual(factTexts({ facts: undefined }, undefined), []);
});

test("what could not be read is named with its reason", () => {
  const reason = "Gerrit is unreachable.";
  assert.equal(
    unknownText([
      { fact: "mergeable", reason },
      { fact: "dependencies", reason },
    ]),
    "Gerrit is unreachable. Unknown: merge conflicts and dependencies.",
  );
  assert.equal(
    unknownText([{ fact: "change", reason }]),
    "Gerrit is unreachable. Unknown: everything that Gerrit knows about it.",
  );
  assert.equal(unknownText([]), undefined);
});

test("a job in the queue and a running one are told apart", () => {
  const operation = { completedLabel: "Deployed" };
  const of = (state: "queued" | "running", kind = "backport") =>
    findingText({ change: 1, kind: "in_progress", job: { id: 7, kind, operation, state, outcome: null } });
  assert.equal(of("queued"), "is already in the queue.");
  assert.equal(of("running"), "is being deployed.");
  assert.equal(of("running", "revert"), "is being reverted.");
});

test("a certain refusal outranks warnings in the headline", () => {
  assert.equal(preflightTitle(1, 3), "scap will refuse this deployment");
  assert.equal(preflightTitle(0, 1), "1 warning");
  assert.equal(preflightTitle(0, 0), undefined);
  assert.equal(signed(-2), "−2");
});
