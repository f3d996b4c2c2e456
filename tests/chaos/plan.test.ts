import assert from "node:assert/strict";
import { test } from "node:test";
import { type Plan, planRound } from "./plan.ts";

const drawn = ({ people, ...plan }: Plan): unknown => ({ ...plan, people: [people.next(), people.next()] });

test("the same seed gives the same plan, and others give others", () => {
  assert.deepEqual(drawn(planRound(7)), drawn(planRound(7)));
  assert.notDeepEqual(drawn(planRound(7)), drawn(planRound(8)));
});

test("a few hundred plans hold every kind of fault", () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 300; seed += 1) {
    for (const { deed, victim } of planRound(seed).faults) kinds.add(`${deed} ${victim}`);
  }
  assert.deepEqual([...kinds].toSorted(), [
    "cut database",
    "kill database",
    "kill holder",
    "kill web",
    "kill worker",
    "pause database",
    "pause web",
    "pause worker",
    "stop database",
    "stop web",
    "stop worker",
  ]);
});
