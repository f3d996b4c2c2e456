import assert from "node:assert/strict";
import { test } from "node:test";
import { heldScreens, NONE_HELD, withHeldScreens } from "../../../../app/features/home/held-screens.ts";
import { homeSections } from "../../../../app/client/overview-state.ts";
import { aQuestion, aSummary } from "../../wire-samples.ts";

const question = aQuestion({ kind: "screen", options: [] });
const asking = aSummary({ state: "waiting", pendingInteraction: question });
const between = aSummary({ state: "running", pendingInteraction: null });

test("between two keys a job keeps its place on the home page", () => {
  const held = heldScreens(NONE_HELD, [asking], [between]);

  assert.deepEqual(homeSections(withHeldScreens([between], held)).waiting, [
    { ...between, pendingInteraction: question },
  ]);
  assert.equal(heldScreens(held, [between], [between]), held, "another event changes nothing");
});

test("nothing is held for a job that asks again, ends, or asked for anything but keys", () => {
  const held = heldScreens(NONE_HELD, [asking], [between]);
  const ended = aSummary({ state: "succeeded", outcome: "completed", pendingInteraction: null });
  const asked = aSummary({ state: "waiting", pendingInteraction: aQuestion() });

  assert.equal(heldScreens(held, [between], [asking]).size, 0);
  assert.equal(heldScreens(held, [between], [ended]).size, 0);
  assert.equal(heldScreens(NONE_HELD, [asked], [between]).size, 0);
  assert.equal(heldScreens(NONE_HELD, [between], [between]), NONE_HELD);
});
