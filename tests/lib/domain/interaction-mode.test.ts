// The transition table as a graph: reachable modes, final modes, and the possible results of an answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  INTERACTION_MODES,
  INTERACTION_TRANSITIONS,
  type InteractionEvent,
  type InteractionMode,
  nextMode,
  storedTransitions,
} from "#lib/domain/interaction-mode.ts";

const ANSWERED: readonly InteractionMode[] = ["awaiting_secret", "ready", "typing"];
const SETTLED: readonly InteractionMode[] = ["consumed", "not_consumed", "undelivered"];

const nextOf = (mode: InteractionMode): InteractionMode[] => Object.values(INTERACTION_TRANSITIONS[mode]);

function reachableFrom(start: InteractionMode): Set<InteractionMode> {
  const reached = new Set([start]);
  for (const mode of reached) for (const next of nextOf(mode)) reached.add(next);
  return reached;
}

test("every mode is reached from an open question", () => {
  assert.deepEqual([...reachableFrom("open")].toSorted(), INTERACTION_MODES.toSorted());
});

test("from every mode of an answer all paths end in a settled mode, and none leads back to an open question", () => {
  for (const mode of ANSWERED) {
    const reached = [...reachableFrom(mode)];
    assert.ok(!reached.includes("open"), mode);
    const ends = reached.filter((each) => nextOf(each).length === 0);
    assert.ok(ends.length > 0);
    for (const end of ends) assert.ok(SETTLED.includes(end), `${mode} ends in ${end}`);
  }
});

test("a question is withdrawn from every mode that is not final, and its answer is then settled", () => {
  for (const mode of INTERACTION_MODES) {
    const isFinal = nextOf(mode).length === 0;
    const end = mode === "open" ? "withdrawn" : "undelivered";
    assert.equal(nextMode(mode, "withdraw"), isFinal ? undefined : end, mode);
  }
});

test("only an open question accepts an answer or expires, and only one that is typed is consumed", () => {
  const sources = (event: InteractionEvent): InteractionMode[] =>
    INTERACTION_MODES.filter((mode) => nextMode(mode, event) !== undefined);

  assert.deepEqual(sources("answer"), ["open"]);
  assert.deepEqual(sources("answer_sealed"), ["open"]);
  assert.deepEqual(sources("expire"), ["open"]);
  assert.deepEqual(sources("consumed"), ["typing"]);
  assert.deepEqual(sources("not_consumed"), ["typing"]);
});

test("a stored interaction leaves the state pending once, and no other", () => {
  assert.deepEqual(storedTransitions(), [
    ["pending", "answered"],
    ["pending", "expired"],
    ["pending", "withdrawn"],
  ]);
});
