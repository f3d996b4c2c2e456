import assert from "node:assert/strict";
import { test } from "node:test";
import type { Train } from "#lib/contract/train.ts";
import {
  EMPTY_DRAFT,
  excludedSuggestions,
  type TrainDraft,
} from "../../../../app/features/train/train-draft.ts";

const [OLD, NEW] = ["1.47.0-wmf.10", "1.47.0-wmf.11"];
const versions = { testwiki: NEW, applewiki: OLD, pearwiki: OLD, plumwiki: OLD, figwiki: OLD };
const train = {
  version: NEW,
  versions,
  groups: {
    testwikis: ["testwiki"],
    group0: ["applewiki"],
    group1: ["plumwiki", "pearwiki"],
    group2: ["figwiki"],
  },
} as unknown as Train;
const suggested = (draft: Partial<TrainDraft>) =>
  excludedSuggestions(train, { ...EMPTY_DRAFT, station: "group1", ...draft });

test("the wikis that a promotion would move are suggested, without those that are excluded already", () => {
  assert.deepEqual(suggested({}), ["applewiki", "pearwiki", "plumwiki"]);
  assert.deepEqual(suggested({ station: "group0" }), ["applewiki"]);
  assert.deepEqual(suggested({ excluded: "p" }), ["pearwiki", "plumwiki"]);
  assert.deepEqual(suggested({ excluded: "pearwiki, p" }), ["pearwiki, plumwiki"]);
  assert.deepEqual(suggested({ excluded: "nowiki" }), []);
  assert.deepEqual(suggested({ station: "start" }), [], "a rollback moves all wikis");
  assert.deepEqual(suggested({ station: undefined }), []);
});
