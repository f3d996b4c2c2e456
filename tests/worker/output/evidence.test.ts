import assert from "node:assert/strict";
import { test } from "node:test";
import { type Evidence, reachOf, tailSentence } from "#lib/domain/evidence.ts";
import { createEvidence } from "../../../worker/output/evidence.ts";
import { SENTENCE_MAX } from "../../../worker/output/found.ts";

function evidenceOf(lines: readonly string[], restored?: Evidence, from = 1): Evidence {
  const evidence = createEvidence(restored);
  for (const [index, text] of lines.entries()) evidence.take({ text, n: from + index });
  // As read from the database.
  return JSON.parse(JSON.stringify(evidence)) as Evidence;
}

const closingOf = (line: string) => evidenceOf([line]).closing?.code;

test("scap's check of the version after a move of the train is evidence of production", () => {
  const check = "12:00:00 ==========\nChecking version on https://en.wikipedia.org/wiki/Special:Version";
  const lines = (result: string) => [...check.split("\n"), `Result:   ${result}`, "==========="];
  assert.equal(evidenceOf(lines("SUCCESS")).isVersionVerified, true);
  assert.equal(evidenceOf(lines("FAIL")).isVersionVerified, false);
});

test("the output of another program is no result of scap", () => {
  const { isVersionVerified, stages, rollback } = evidenceOf([
    "Result: SUCCESS",
    "--- a/state.yaml",
    "- production: deployed",
    "- canaries: rollback-failed",
    "12:00:00 Checking version on https://en.wikipedia.org/wiki/Special:Version",
    "another program",
    "Result: SUCCESS",
    "Kubernetes deployment summary:",
    "another program",
    "- production: deployed",
  ]);
  assert.deepEqual(
    { isVersionVerified, stages, rollback },
    { isVersionVerified: false, stages: {}, rollback: null },
  );
});

test("a sentence after the dots with which scap waits is recognised", () => {
  assert.equal(closingOf(".....Backport cancelled"), "answered_no");
  assert.equal(closingOf("...12:00:00 Sync cancelled."), "answered_no");
  const { stages, tail } = evidenceOf([
    "....12:00:00 Started sync-prod-k8s",
    "..12:00:02 Finished sync-prod-k8s (duration: 00m 02s)",
    "../file",
  ]);
  assert.deepEqual([stages, tail?.text], [{ production: "finished" }, "../file"]);
});

test("a sentence over the remains of a progress line is recognised", () => {
  assert.equal(
    closingOf("12:00:05 Backport cancelledkport-merges:  42% (ok: 1; fail: 0; left: 3)"),
    "answered_no",
  );
});

test("scap's closing sentences are recognised in all wordings, with or without the time of day", () => {
  const sentences = [
    ["Skipping sync since there are no deployable commits.", "no_commits"],
    ["Skipping sync since all commits were beta/labs-only changes. Operation completed.", "beta_only"],
    ["Skipping sync since --stop-before-sync was specified", "stopped_before_sync"],
    ["Backport cancelled", "answered_no"],
    ["Backport cancelled.", "answered_no"],
    ["Revert cancelled.", "answered_no"],
    ["Deployment cancelled.", "answered_no"],
    ["Sync cancelled.", "answered_no"],
    ["Canceled by user", "answered_no"],
    ["Aborting: Canceled by user", "answered_no"],
    ["backport failed: <SystemExit> Canceled by user (scap version: 4.283.0) (duration: 1m)", "answered_no"],
    ["Stopping before sync operations", "stopped_before_sync"],
    ["Scap cancelled without rolling back.", "ended_without_rollback"],
    ["Command '['scap', 'prep', 'auto']' returned non-zero exit status 130.", "step_interrupted"],
    [
      "backport failed: <CalledProcessError> Command '['scap', 'prep']' returned non-zero exit status 130. (scap version: 4.283.0) (duration: 00m 21s)",
      "step_interrupted",
    ],
    ["Command '['helmfile']' died with <Signals.SIGINT: 2>.", "step_interrupted"],
    ["Command '['scap', 'prep']' returned non-zero exit status -2.", "step_interrupted"],
    ["helmfile: command terminated with exit code 130", "step_interrupted"],
    [
      "backport failed: <LockFailedError> Failed to acquire lock (scap version: 4.283.0) (duration: 10m 00s)",
      "locked",
    ],
  ] as const;
  for (const [sentence, code] of sentences) {
    assert.equal(closingOf(sentence), code, sentence);
    assert.equal(closingOf(`12:00:00 ${sentence}`), code, sentence);
  }
});

test("text that mentions an end is not an end", () => {
  for (const line of [
    "    Backport cancelled",
    "Subject: say when Backport cancelled",
    "| Result: rolled back |",
    "12:00:00 Command 'x' returned non-zero exit status 1.",
    "12:00:00 Command 'x' returned non-zero exit status -20.",
    "12:00:00 commit 130 returned",
  ]) {
    assert.deepEqual([closingOf(line), evidenceOf([line]).rollback], [undefined, null], line);
  }
});

test("text that only begins like a phase is no evidence", () => {
  for (const line of [
    "Finished sync-prod is the title of a commit",
    "Finished scap sync-world",
    "Finished scap: a new logo",
    "Started sync-prod of something",
    "12:00:00 Finished sync-prod of something (duration: unknown)",
    "Finished sync-prod-k8s (duration: 00m 07s)",
    "Finished scap sync-world: Backport (duration: 12m 34s)",
  ]) {
    const evidence = evidenceOf([line]);
    assert.deepEqual([evidence.stages, evidence.isSyncFinished], [{}, false], line);
  }
});

test("the stage that changes have reached is read from scap's phases, and counts from the start of its sync", () => {
  const course = [
    ["12:00:00 Voting on 1 change(s)", "nowhere", false],
    ["12:00:00 Change 1234 approved", "nowhere", false],
    ["12:00:01 All changes have been merged", "merged", false],
    ["12:00:02 Started scap prep auto", "merged", false],
    ["12:00:03 Finished scap prep auto (duration: 00m 01s)", "merged", false],
    ["12:00:04 Started scap sync-world: Backport for [[gerrit:1234|Fix it]]", "merged", false],
    ["12:00:05 Started sync-testservers-k8s", "testservers", true],
    ["12:00:06 Finished sync-testservers-k8s (duration: 00m 01s)", "testservers", false],
    ["12:00:07 Started sync-canaries-k8s", "canaries", true],
    ["12:00:08 Finished sync-canaries-k8s (duration: 00m 01s)", "canaries", false],
    ["12:00:09 Started sync-prod-k8s", "production", true],
    ["12:00:10 Finished sync-prod-k8s (duration: 00m 01s)", "production", false],
  ] as const;
  const lines: string[] = [];
  for (const [line, reached, isPartial] of course) {
    lines.push(line);
    assert.deepEqual(reachOf(evidenceOf(lines)), { reached, isPartial }, line);
  }
  assert.equal(evidenceOf(lines).isSyncFinished, false);
  const end = "12:00:11 Finished scap sync-world: Backport for [[gerrit:1234|Fix it]] (duration: 00m 07s)";
  assert.equal(evidenceOf([...lines, end]).isSyncFinished, true);
});

test("production without Kubernetes is recognised too", () => {
  const { stages } = evidenceOf([
    "12:00:00 Started sync-apaches",
    "12:01:00 Finished sync-apaches (duration: 01m 00s)",
  ]);
  assert.deepEqual(stages, { production: "finished" });
});

test("previously merged changes count as merged, if it is all of them", () => {
  const lines = ["12:00:00 Voting on 2 change(s)", "12:00:00 Change 1 was already merged"];
  assert.equal(evidenceOf(lines).isMerged, false);
  assert.equal(evidenceOf([...lines, "12:00:00 Change 2 was already merged"]).isMerged, true);
});

test("a rollback leaves the changes where its summary says", () => {
  const synced = ["12:00:00 Started sync-testservers-k8s", "12:00:01 Started sync-canaries-k8s"];
  const back = [
    ...synced,
    "Kubernetes deployment summary:",
    "- testservers: rolled-back",
    "- canaries: rolled-back",
    "- production: not-started",
  ];
  assert.deepEqual(reachOf(evidenceOf([...back, "Result: rolled back"])).reached, "merged");
  const failed = evidenceOf([
    ...synced,
    "Kubernetes deployment summary:",
    "- testservers: rolled-back",
    "- canaries: rollback-failed",
    "Result: rollback cancelled",
  ]);
  assert.equal(failed.rollback, "failed");
  assert.deepEqual(reachOf(failed), { reached: "canaries", isPartial: true });
  const partly = evidenceOf([
    ...synced,
    "Kubernetes deployment summary:",
    "- canaries: partially-rolled-back",
    "Result: rolled back",
  ]);
  assert.equal(partly.rollback, "failed");
});

test("a rollback without a summary removed the changes from all servers", () => {
  const evidence = evidenceOf(["12:00:00 Started sync-testservers-k8s", "Result: rolled back"]);
  assert.equal(reachOf(evidence).reached, "merged");
});

test("a program that speaks of a rollback after production was finished rolls nothing back", () => {
  const finished = ["12:00:00 Started sync-prod-k8s", "12:00:09 Finished sync-prod-k8s (duration: 00m 09s)"];
  for (const result of ["rolled back", "rollback failed"]) {
    const { rollback, stages } = evidenceOf([...finished, `Result: ${result}`]);
    assert.deepEqual({ rollback, stages }, { rollback: null, stages: { production: "finished" } });
  }
  const summary = ["Kubernetes deployment summary:", "- production: rolled-back", "Result: rolled back"];
  assert.equal(evidenceOf([...finished, ...summary]).rollback, "rolled_back");
});

test("words about a cancellation count only as scap's whole sentence", () => {
  const closingOf = (line: string) => evidenceOf([line]).closing?.code;
  assert.equal(closingOf("Deployment cancelled jobs purged: 3"), undefined);
  assert.equal(closingOf("Canceled by user: fix message"), undefined);
  assert.equal(closingOf("12:00:08 Canceled by user"), "answered_no");
  assert.equal(closingOf("12:00:08 Scap cancelled"), "ended_without_rollback");
});

test("the end of a stage that did not start is a quotation, and the train reaches production without stages", () => {
  assert.deepEqual(evidenceOf(["12:00:00 Finished sync-prod-k8s (duration: 00m 01s)"]).stages, {});
  const train = ["12:00:00 Running scap sync-wikiversions", "Aborting: Could not verify version update"];
  assert.deepEqual(reachOf(evidenceOf(train)), { reached: "production", isPartial: true });
});

test("the sentence with which scap refuses is its last output, without the time of day", () => {
  const { tail, cause } = evidenceOf([
    "12:00:00 Checking whether requested changes are valid for backport...",
    "Backport the changes? [y/N]: y",
    "12:00:01 Voting on 1 change(s)",
    "awaiting-backport-merges: 100% (ok: 1; fail: 0; left: 0)",
    "The change '1' failed build tests",
    "and could not be merged",
  ]);
  assert.ok(tail?.isPlain);
  assert.deepEqual(tailSentence(tail), {
    text: "The change '1' failed build tests and could not be merged",
    line: 5,
  });
  assert.equal(cause, null);
});

test("the cause of an error takes precedence over the report that a command failed, without scap's version", () => {
  const evidence = evidenceOf([
    "12:00:00 Check 'check_testservers' failed: connection refused",
    "12:00:01 sync-world failed: <RuntimeError> no servers left (scap version: 4.283.0) (duration: 01m 00s)",
    "12:00:02 backport failed: <CalledProcessError> Command 'x' returned non-zero exit status 1. (scap version: 4.283.0)",
  ]);
  assert.equal(evidence.firstErrorLine, 1);
  assert.deepEqual(evidence.cause, { text: "no servers left", line: 2 });
  assert.deepEqual(evidence.failedCommand, {
    text: "Command 'x' returned non-zero exit status 1.",
    line: 3,
  });
});

test("an unexpected error of scap is a crash; an error with which it refuses is not", () => {
  const trace = ["12:00:00 Unhandled error:", "Traceback (most recent call last):", "KeyError: 'x'"];
  assert.equal(
    evidenceOf([...trace, "12:00:00 backport failed: <KeyError> 'x' (scap version: 4)"]).isCrash,
    true,
  );
  const refused =
    "12:00:00 backport failed: <InvalidChangeException> Change '1' is not deployable (scap version: 4)";
  assert.equal(evidenceOf([...trace, refused]).isCrash, false);
  const unanswered = ["Enter the reason: Traceback (most recent call last):", "EOFError"];
  assert.equal(evidenceOf(unanswered).isCrash, true);
});

test("only whole exit statuses of an interrupt are an interrupt", () => {
  for (const status of ["exit status 1303.", "exit code 1300", "exit status -20."]) {
    assert.equal(closingOf(`Command 'x' returned non-zero ${status}`), undefined, status);
  }
  assert.equal(
    closingOf("12:00:00 sync-world aborted: Backport for x (duration: 01m 07s)"),
    "step_interrupted",
  );
  assert.equal(closingOf("12:00:00 transfer aborted: no reason"), undefined);
});

test("only the arguments that scap names decide why it does not sync", () => {
  assert.equal(
    closingOf("Skipping sync since --stop-before-sync was specified for beta"),
    "stopped_before_sync",
  );
  assert.equal(closingOf("Skipping sync since the beta cluster has it"), undefined);
});

test("counts of a progress line and the output of a test run are not errors", () => {
  for (const line of ["12:00:00 checks: 10 ok, 0 failed", "the tests failed yesterday", "0 failed"]) {
    assert.equal(evidenceOf([line]).firstErrorLine, null, line);
  }
});

test("a newer patch set is read from the question about it", () => {
  const line =
    "Change 1234 has been updated from patchset 2 to patchset 5. Re-approve change and continue with backport(s)?  [y/N]: y";
  assert.deepEqual(evidenceOf([line]).patchSets, { "1234": 5 });
});

test("a retry of a stage discards the evidence of its interrupted attempt", () => {
  const interrupted = "12:00:01 Command 'helmfile' returned non-zero exit status 130.";
  const lines = ["12:00:00 Started sync-canaries-k8s", interrupted, "12:00:05 Started sync-canaries-k8s"];
  assert.equal(evidenceOf(lines).closing, null);
});

test("a worker that takes over continues with the same evidence, wherever the previous worker stopped", () => {
  const lines = [
    "12:00:00 Voting on 2 change(s)",
    "12:00:00 Change 1 was already merged",
    "12:00:00 Change 2 was already merged",
    "12:00:01 Started sync-testservers-k8s",
    "12:00:02 Check 'x' failed: no",
    "first",
    "second",
    "third",
    "12:00:03 Scap cancelled without rolling back.",
    "last",
    "Kubernetes deployment summary:",
    "- testservers: rolled-back",
    "Result: rolled back",
  ];
  const whole = evidenceOf(lines);
  for (let cut = 0; cut <= lines.length; cut += 1) {
    const before = evidenceOf(lines.slice(0, cut));
    assert.deepEqual(evidenceOf(lines.slice(cut), before, cut + 1), whole, `cut at ${cut}`);
  }
});

test("the stored evidence is bounded", () => {
  const evidence = createEvidence();
  const long = "x".repeat(100_000);
  for (let n = 1; n <= 1000; n += 1) evidence.take({ text: `12:00:00 Check failed: ${long}`, n });
  for (let n = 1; n <= 1000; n += 1) {
    evidence.take({ text: `Change ${n} has been updated from patchset 1 to patchset 2.`, n });
  }
  evidence.take({ text: long, n: 2001 });
  const kept = evidence.toJSON();
  assert.equal(kept.cause?.text.length, SENTENCE_MAX);
  assert.ok(JSON.stringify(kept).length < 10_000);
});
