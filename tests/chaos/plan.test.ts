import assert from "node:assert/strict";
import { test } from "node:test";
import { type Plan, planRound } from "./plan.ts";

const drawn = ({ users, ...plan }: Plan): unknown => ({ ...plan, users: [users.next(), users.next()] });

test("the same seed gives the same plan, another seed another plan", () => {
  assert.deepEqual(drawn(planRound(7)), drawn(planRound(7)));
  assert.notDeepEqual(drawn(planRound(7)), drawn(planRound(8)));
});

test("every kind of fault occurs in a few hundred plans", () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 300; seed += 1) {
    for (const { kind, target } of planRound(seed).faults) kinds.add(`${kind} ${target}`);
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
