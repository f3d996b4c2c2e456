import assert from "node:assert/strict";
import { test } from "node:test";
import { optionTone } from "#lib/domain/interaction.ts";
import { consequenceOf } from "../../../app/text/consequence.ts";
import { changeNumbers, deployLabel, jobLabel, jobSubject } from "../../../app/text/labels.ts";
import { totalWaitMs } from "../../../app/text/waiting-time.ts";
import { aChange, aQuestion, aSummary, AT } from "../wire-samples.ts";

test("the deploy button states exactly what it deploys", () => {
  assert.equal(deployLabel([]), "Deploy");
  assert.equal(deployLabel([aChange(1234)]), "Deploy change 1234");
  assert.equal(deployLabel([aChange(1), aChange(2)]), "Deploy 2 changes");
});

test("lists of changes read as natural sentences", () => {
  assert.equal(changeNumbers([]), "");
  assert.equal(changeNumbers([aChange(1), aChange(2), aChange(3)]), "1, 2 and 3");
  assert.equal(
    jobSubject(aSummary({ changes: [aChange(1), aChange(2), aChange(3)] })),
    "1 Change number 1 and 2 more",
  );
  const turned = { ...aChange(4), subject: "Fix \u202ethe\u2066 logo שלום" };
  assert.equal(jobSubject(aSummary({ changes: [turned, aChange(2)] })), "4 Fix the logo שלום and 1 more");
});

test("a job names its operation unless it is a backport, and its parameters if it has no changes", () => {
  const revert = { name: "Revert", completedLabel: "Reverted", evidence: "production" } as const;
  const lock = { name: "Lock", completedLabel: "Locked", evidence: "exit_code" } as const;
  assert.equal(
    jobSubject(aSummary({ kind: "revert", operation: revert, changes: [aChange(1)] })),
    "Revert: 1 Change number 1",
  );
  assert.equal(
    jobSubject(
      aSummary({
        kind: "lock",
        operation: lock,
        changes: [],
        parameters: { reason: "switchover", force: true },
      }),
    ),
    "Lock: switchover, force",
  );
  assert.equal(
    jobLabel(aSummary({ state: "succeeded", outcome: "completed", operation: lock })).label,
    "Locked",
  );
});

test("the effect of a destructive answer is shown before it is sent", () => {
  const answers = [
    ["No, roll back deployment and terminate", /previous version/],
    ["Roll back all stages and terminate", /previous version/],
    ["Exit without rollback", /keep it/],
    ["Ignore failure and continue deployment", /^Overrides/],
    ["Cancel and seek help", /leaves the servers/],
  ] as const;
  for (const [text, expected] of answers) {
    assert.equal(optionTone("choices", { text, value: "x" }), "destructive", text);
    assert.match(consequenceOf(text), expected, text);
  }
});

test("waiting times add up, with an open question counted up to now", () => {
  const now = Date.parse(AT) + 60_000;
  const answered = aQuestion({ askedAt: AT, endedAt: new Date(Date.parse(AT) + 5000).toISOString() });

  assert.equal(totalWaitMs([answered, aQuestion({ id: 8 })], now), 65_000);
  assert.equal(totalWaitMs([aQuestion({ askedAt: new Date(now + 9000).toISOString() })], now), 0);
});
