import assert from "node:assert/strict";
import { test } from "node:test";
import { optionTone } from "#lib/domain/interaction.ts";
import { consequenceOf } from "../../../app/text/consequence.ts";
import { changeNumbers, deployLabel, jobSubject } from "../../../app/text/labels.ts";
import { totalWaitMs } from "../../../app/text/waiting-time.ts";
import { aChange, aQuestion, AT } from "../wire-samples.ts";

test("the deploy button states exactly what it deploys", () => {
  assert.equal(deployLabel([]), "Deploy");
  assert.equal(deployLabel([aChange(1234)]), "Deploy change 1234");
  assert.equal(deployLabel([aChange(1), aChange(2)]), "Deploy 2 changes");
});

test("lists of changes read as natural sentences", () => {
  assert.equal(changeNumbers([]), "");
  assert.equal(changeNumbers([aChange(1), aChange(2), aChange(3)]), "1, 2 and 3");
  assert.equal(jobSubject([aChange(1), aChange(2), aChange(3)]), "1 Change number 1 and 2 more");
  const turned = { number: 4, subject: "Fix \u202ethe\u2066 logo שלום" };
  assert.equal(jobSubject([turned, aChange(2)]), "4 Fix the logo שלום and 1 more");
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
