import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTCOMES, REACHES } from "#lib/domain/job.ts";
import type { Job } from "#lib/contract/job.ts";
import { outcomeText } from "../../../app/text/outcome-text.ts";
import { aChange, aJob } from "../wire-samples.ts";

const said = (facts: Partial<Job>) => outcomeText(aJob({ totalLines: 10, ...facts })).sentences.join(" ");
const decided = (facts: Partial<NonNullable<Job["decidedBy"]>>) => ({
  user: "ada",
  interactionId: null,
  question: null,
  answer: null,
  signal: null,
  ...facts,
});

test("only a completed job is reported as in production", () => {
  for (const outcome of OUTCOMES) {
    const text = said({ outcome });
    assert.equal(/is in production/.test(text), outcome === "completed", `${outcome}: ${text}`);
    assert.notEqual(text, "", outcome);
  }
});

test("a job with an unknown result is never reported as having deployed nothing", () => {
  for (const outcome of ["unclear", "holder_lost"] as const) {
    for (const reached of REACHES) {
      const text = said({ outcome, reached });
      assert.doesNotMatch(text, /nothing was deployed|not deployed|servers have/i, `${outcome} ${reached}`);
      assert.match(text, /check the servers/i, `${outcome} ${reached}`);
    }
  }
});

test("a revert, a sync without changes and a command that syncs nothing are described as what they are", () => {
  const completed = { outcome: "completed", state: "succeeded" } as const;
  assert.equal(said({ ...completed, kind: "revert" }), "The revert is in production.");
  assert.equal(said({ ...completed, kind: "resync", changes: [] }), "The code is in production.");
  assert.equal(
    said({ ...completed, kind: "train", changes: [] }),
    "The change of versions is in production.",
  );
  const lock = { name: "Lock", completedLabel: "Locked", evidence: "exit_code" } as const;
  assert.equal(said({ ...completed, operation: lock, changes: [] }), "scap exited with code 0.");
  assert.equal(
    said({ outcome: "exit_nonzero", exitCode: 1, operation: lock, changes: [] }),
    "scap failed (exit code 1).",
  );
});

test("several changes are described in the plural", () => {
  const changes = [aChange(1), aChange(2)];
  assert.match(
    said({ outcome: "declined", reached: "merged", changes }),
    /The changes are merged .* include them/,
  );
  assert.match(
    said({ outcome: "interrupted", reached: "testservers", changes }),
    /have the changes\. Deploy them again, or revert them\.$/,
  );
});

test("the text names who stopped the job and at which question, and distinguishes a policy from an unknown sender", () => {
  const question = "The table\n\nBackport the changes?";
  assert.match(
    said({ outcome: "interrupted", decidedBy: decided({ signal: "interrupt", question }) }),
    /^ada interrupted scap at “Backport the changes\?”\. Nothing was deployed\.$/,
  );
  assert.match(
    said({ outcome: "interrupted", decidedBy: decided({ user: "policy", signal: "interrupt", question }) }),
    /^The question was not answered in time, so scap was interrupted by policy at “Backport the changes\?”\./,
  );
  assert.match(
    said({ outcome: "killed", exitSignal: 9 }),
    /^scap was killed \(signal 9\)\. SpiderPig did not request it\./,
  );
  assert.match(
    said({ outcome: "killed", decidedBy: decided({ signal: "terminate" }) }),
    /^ada terminated scap\. scap did not clean up/,
  );
});

test("scap's message about an interrupt is quoted when it names the step, and not after an interrupt at a question", () => {
  const reason = "Command '['scap', 'prep', 'auto']' returned non-zero exit status 130.";
  const quote = (question: string | null) =>
    outcomeText(
      aJob({ outcome: "interrupted", reason, decidedBy: decided({ signal: "interrupt", question }) }),
    ).quote;
  assert.equal(quote(null), reason);
  assert.equal(quote("Continue with deployment?"), null);
});

test("ignored checks are counted, and each person is named once", () => {
  const ignored = (answeredBy: string) => ({ interactionId: 1, question: "Checks failed.", answeredBy });
  assert.equal(
    said({ outcome: "completed", ignoredChecks: [ignored("ada"), ignored("ada"), ignored("ben")] }),
    "The change is in production. ada and ben ignored 3 failed checks.",
  );
});

test("a rollback of one stage says where the change still is", () => {
  const rolledBack = { outcome: "rolled_back", state: "failed" } as const;
  assert.equal(
    said({ ...rolledBack, reached: "testservers" }),
    "scap rolled back only some servers. The test servers have the change. Deploy it again, or revert it.",
  );
  assert.match(
    said({ ...rolledBack, reached: "merged" }),
    /^scap rolled back all servers\. The change is still merged\./,
  );
});

test("processes that were ended with the job are listed, and a long list is shortened", () => {
  const text = said({ outcome: "completed", endedProcesses: ["node", "sleep", "sleep", "a", "b", "c", "d"] });
  assert.match(text, /left running: node, sleep \(2\), a, b, c and 1 more\.$/);
});
