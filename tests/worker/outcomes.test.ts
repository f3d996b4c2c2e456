// The outcome of a job, as a real worker derives it from a program's output and exit code.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import type { Job } from "#lib/contract/job.ts";
import { outcomeText } from "../../app/text/outcome-text.ts";
import { startStack } from "../support/stack.ts";

const stack = await startStack(after);
await stack.startWorker();

let lanes = 0;
const run = (script: string) => stack.runScript(script, { lane: `lane-${(lanes += 1)}`, by: "rosa" });

const ASK = (question: string) => `read -r -p '${question} [y/N]: ' answer`;
const CHOICES = (choices: string, question: string) =>
  `printf '${choices}\\n'; read -r -p '${question} (default: [n]): ' answer`;
const VOTE = `
echo '12:00:00 Voting on 1 change(s)'
echo '12:00:01 Change 1 approved'
echo '12:00:01 Waiting for changes to be merged. This may take some time if there are long running tests.'`;
const MERGE = `${VOTE}
echo '12:01:00 All changes have been merged'`;
const SYNC = (stage: string) => `
echo '12:02:00 Started sync-${stage}-k8s'
echo '12:03:00 Finished sync-${stage}-k8s (duration: 01m 00s)'`;
const TESTSERVERS = `${MERGE}
echo '12:01:30 Started scap sync-world: Backport for [[gerrit:1|A change]]'${SYNC("testservers")}`;
const REST = `${SYNC("canaries")}${SYNC("prod")}
echo '12:04:00 Finished scap sync-world: Backport for [[gerrit:1|A change]] (duration: 02m 30s)'`;
const CONTINUE = CHOICES(
  "Changes synced to the testservers\\n\\n[y] Yes, continue with deployment\\n\\033[1m[n] No, roll back deployment and terminate\\033[0m",
  "Continue with deployment?",
);
/** A program that exits on Ctrl-C as scap does. */
const INTERRUPTIBLE = "trap 'exit 130' INT\n";

const said = (job: Job) => outcomeText(job).sentences.join(" ");

async function row(job: Job): Promise<Record<string, unknown>> {
  const [found] = await query<Record<string, unknown>>(
    stack.db,
    "select outcome, reached, reason, decided_by, ignored_checks from history.deployments where job_id = $1",
    [job.id],
  );
  return found ?? {};
}

test("a deployment of beta changes only has nothing to deploy, and they are merged", async () => {
  const id = await run(`${MERGE}
    echo '12:02:00 Skipping sync since all commits were beta/labs-only changes. Operation completed.'`);
  const job = await stack.ended(id, "nothing_to_deploy");
  assert.deepEqual([job.state, job.reached, job.reasonCode], ["succeeded", "merged", "beta_only"]);
  assert.match(
    said(job),
    /only concerns the beta cluster\. It is merged, and production does not need it\.$/,
  );
  assert.match(job.reason ?? "", /^Skipping sync since all commits were beta/);
});

test("a deployment that deliberately stops before the sync is prepared, not deployed", async () => {
  const id = await run(`${MERGE}; echo '12:02:00 Skipping sync since --stop-before-sync was specified'`);
  const job = await stack.ended(id, "prepared");
  assert.deepEqual([job.state, job.reached], ["succeeded", "merged"]);
  assert.match(said(job), /before the sync, as requested\. The change is merged but not deployed/);
});

test("a no that ends scap with code 1 is a decline, with the person and the question", async () => {
  const id = await run(`${ASK("Do you want to proceed anyway?")}; echo 'Canceled by user'; exit 1`);
  await stack.answer(await stack.asks(id), false, "ben");
  const job = await stack.ended(id, "declined");
  assert.equal(job.state, "cancelled");
  assert.deepEqual(job.decidedBy, {
    user: "ben",
    interactionId: job.interactions[0]?.id,
    question: "Do you want to proceed anyway?",
    answer: "no",
    signal: null,
  });
  assert.equal(said(job), "ben answered “No” to “Do you want to proceed anyway?”. Nothing was deployed.");
  assert.deepEqual(await row(job), {
    outcome: "declined",
    reached: "nowhere",
    reason: "Canceled by user",
    decided_by: "ben",
    ignored_checks: 0,
  });
});

test("an aborted promotion is a decline", async () => {
  const id = await run(`${ASK("Promote group1 from 1.2 to 1.3")}; echo 'Aborting: Canceled by user'; exit 1`);
  await stack.answer(await stack.asks(id), false, "ben");
  const job = await stack.ended(id, "declined");
  assert.equal(job.decidedBy?.user, "ben");
});

test("an interrupt that ends a child of scap is an interrupt, with the person who sent it", async () => {
  const id = await run(`${MERGE}
    echo '12:02:00 Started scap prep auto'
    echo ready; sleep 1000
    echo "12:02:09 backport failed: <CalledProcessError> Command '['scap', 'prep', 'auto']' returned non-zero exit status 130. (scap version: 4.283.0) (duration: 00m 21s)"
    exit 1`);
  await stack.untilJob(id, "its command", ({ totalLines }) => totalLines > 5);
  await stack.signal(id, "interrupt", "ada");
  const job = await stack.ended(id, "interrupted");
  assert.deepEqual([job.reached, job.decidedBy?.user, job.decidedBy?.signal], ["merged", "ada", "interrupt"]);
  assert.match(said(job), /^ada interrupted scap\. The change is merged but not deployed/);
  assert.match(job.reason ?? "", /returned non-zero exit status 130/);
});

test("a deployment that was declined after the merge says that the change is merged", async () => {
  const id = await run(`${MERGE}
    echo 'There were unexpected commits pulled from origin for /srv/mediawiki.'
    ${ASK("Continue with deployment (all patches will be deployed)?")}
    echo '12:02:00 Backport cancelled'; exit 0`);
  await stack.answer(await stack.asks(id), false, "ben");
  const job = await stack.ended(id, "declined");
  assert.deepEqual([job.state, job.reached], ["cancelled", "merged"]);
  assert.match(said(job), /The change is merged but not deployed\. The next backport will include it\.$/);
});

for (const sentence of [
  "Gerrit could not merge the change '1' as is and could require a rebase",
  "The change '1' has been rejected (Code-Review -2) by 'Eve'",
  "Change '1' has dependencies '[2]', which are not merged or scheduled for backport",
]) {
  test(`a refusal has scap's own sentence as its reason: ${sentence}`, async () => {
    const id = await run(
      `echo '12:00:00 Checking whether the changes are valid...'; echo "${sentence}"; exit 1`,
    );
    const job = await stack.ended(id, "refused");
    assert.deepEqual([job.state, job.reached, job.reason, job.errorLine], ["failed", "nowhere", sentence, 2]);
    assert.equal(said(job), "Nothing was deployed.");
    assert.equal(outcomeText(job).quote, sentence);
  });
}

test("a change that scap voted for and that failed its tests is refused, and may still merge", async () => {
  const id = await run(`${VOTE}; echo "The change '1' failed build tests and could not be merged"; exit 1`);
  const job = await stack.ended(id, "refused");
  assert.deepEqual([job.reached, job.isApproved], ["nowhere", true]);
  assert.match(said(job), /The \+2 vote stays, so the change may still merge/);
});

test("a rollback that was chosen but that scap does not report is unknown", async () => {
  const id = await run(`${TESTSERVERS}; ${CONTINUE}; exit 0`);
  await stack.answer(await stack.asks(id, "Continue with deployment?"), "n", "ben");
  const job = await stack.ended(id, "unclear");
  assert.deepEqual([job.state, job.reached, job.decidedBy?.user], ["failed", "testservers", "ben"]);
  assert.match(said(job), /its output does not show what it deployed/);
});

test("an exit code of 0 alone is not a deployment", async () => {
  const job = await stack.ended(await run("echo hello"), "unclear");
  assert.deepEqual([job.state, job.reached, job.exitCode], ["failed", "nowhere", 0]);
});

test("a line that was drawn over a progress display is read as it is shown", async () => {
  for (const line of ["\\r\\033[KBackport cancelled.", "\\033[2K\\033[1GBackport cancelled."]) {
    const id = await run(
      `${ASK("Backport the changes?")}; printf 'fetching 100%%'; printf '${line}\\n'; exit 0`,
    );
    await stack.answer(await stack.asks(id), false, "ben");
    await stack.ended(id, "declined");
  }
});

test("a deployment reports how many failed checks were ignored, and by whom", async () => {
  const checks = CHOICES(
    "Testserver checks failed.\\n\\n[r] Retry\\n[i] Ignore failure and continue deployment",
    "What do you want to do?",
  );
  const id = await run(`${TESTSERVERS}
    echo "12:03:01 Check 'x' failed: connection refused"
    ${checks}
    ${REST}`);
  await stack.answer(await stack.asks(id, "What do you want to do?"), "i", "ben");
  const job = await stack.ended(id, "completed");
  assert.deepEqual([job.state, job.reached], ["succeeded", "production"]);
  assert.deepEqual(
    job.ignoredChecks.map(({ answeredBy }) => answeredBy),
    ["ben"],
  );
  assert.equal(said(job), "The change is in production. ben ignored 1 failed check.");
  const { ignored_checks: count } = await row(job);
  assert.equal(count, 1);
});

test("an interrupt at a question before any phase deploys nothing", async () => {
  const id = await run(`${INTERRUPTIBLE}${ASK("Backport the changes?")}`);
  const question = await stack.asks(id);
  await stack.signal(id, "interrupt", "ada");
  const job = await stack.ended(id, "interrupted");
  assert.deepEqual(
    [job.reached, job.decidedBy?.user, job.decidedBy?.interactionId],
    ["nowhere", "ada", question.id],
  );
  assert.equal(said(job), "ada interrupted scap at “Backport the changes?”. Nothing was deployed.");
});

test("an interrupt at the test servers reports that they keep the change", async () => {
  const id = await run(`${INTERRUPTIBLE}${TESTSERVERS}; ${CONTINUE}`);
  await stack.asks(id, "Continue with deployment?");
  await stack.signal(id, "interrupt", "ada");
  const job = await stack.ended(id, "interrupted");
  assert.equal(job.reached, "testservers");
  assert.equal(
    said(job),
    "ada interrupted scap at “Continue with deployment?”. The test servers have the change. Deploy it again, or revert it.",
  );
});

test("a rollback names the person who chose it, and the change stays merged", async () => {
  const id = await run(`${TESTSERVERS}; ${CONTINUE}
    echo '12:04:00 Rolling back deployment'
    printf '\\nKubernetes deployment summary:\\n- testservers: rolled-back\\n- canaries: not-started\\nResult: rolled back\\n'
    exit 1`);
  await stack.answer(await stack.asks(id, "Continue with deployment?"), "n", "ben");
  const job = await stack.ended(id, "rolled_back");
  assert.deepEqual([job.state, job.reached, job.decidedBy?.user], ["failed", "merged", "ben"]);
  assert.match(said(job), /^ben answered “No, roll back .* still merged\. Merge a fix or a revert/);
});

test("a stage that scap rolled back automatically is described by the page, the API and the history", async () => {
  const id = await run(`${TESTSERVERS}
    echo '12:04:00 Started sync-canaries-k8s'
    echo '12:04:01 K8s deployment to stage canaries failed: timed out'
    echo '12:04:02 Rolling back to prior state...'
    echo '12:04:03 Rollback completed'
    echo '12:04:03 Finished sync-canaries-k8s (duration: 00m 03s)'
    echo '12:04:03 sync-world failed: <Exception> timed out (scap version: 4.190.0) (duration: 02m 00s)'
    exit 70`);
  const job = await stack.ended(id, "rolled_back");
  assert.deepEqual([job.reached, job.reachIsPartial, job.decidedBy], ["testservers", false, null]);
  assert.equal(job.reason, "K8s deployment to stage canaries failed: timed out");
  assert.equal(
    said(job),
    "scap rolled back only some servers. The test servers have the change. Deploy it again, or revert it.",
  );
  const [history] = await query<{ text: string }>(
    stack.db,
    "select outcome_reason as text from history.deployments where job_id = $1",
    [id],
  );
  assert.match(history?.text ?? "", /^scap rolled back only some servers\. .*test servers/);
});

test("the patch set that was merged is shown instead of the requested one", async () => {
  // The number of the change is in the name of the script.
  const id = await run(`${VOTE}
    read -r -p "Change \${0##*-} has been updated from patchset 1 to patchset 4. Re-approve change and continue with backport(s)?  [y/N]: "
    echo '12:01:00 All changes have been merged'${REST}`);
  await stack.answer(await stack.asks(id), true);
  const job = await stack.ended(id, "completed");
  assert.deepEqual([job.changes[0]?.patchSet, job.changes[0]?.mergedPatchSet], [1, 4]);
});

test("a daemon that scap left behind is named", async () => {
  const id = await run(`(setsid bash -c 'echo up > "$0"; exec sleep 1000' "$HOME/up" &)
    until [ -s "$HOME/up" ]; do sleep 0.02; done
    ${TESTSERVERS}${REST}`);
  const job = await stack.ended(id, "completed");
  assert.deepEqual(job.endedProcesses, ["sleep"]);
  assert.match(said(job), /SpiderPig ended processes that scap had left running: sleep\.$/);
});

test("the first error of the log is shown, and scap's sentence is the cause of the failure", async () => {
  const id = await run(`${TESTSERVERS}
    echo '12:03:01 K8s deployment to stage canaries failed: timed out waiting for the condition'
    echo "12:03:02 backport failed: <CalledProcessError> Command 'x' returned non-zero exit status 1. (scap version: 4.283.0)"
    exit 1`);
  const job = await stack.ended(id, "exit_nonzero");
  const lines = await stack.lines(id);
  assert.match(lines[(job.errorLine ?? 0) - 1] ?? "", /K8s deployment to stage canaries failed/);
  assert.equal(job.reason, "K8s deployment to stage canaries failed: timed out waiting for the condition");
  assert.match(
    said(job),
    /\(exit code 1\)\. The test servers have the change\. Deploy it again, or revert it\.$/,
  );
});

test("a running job shows how far its changes have come, also after a failover", async (t) => {
  const own = await startStack((clean) => t.after(clean));
  const worker = await own.startWorker();
  const id = await own.runScript(`${TESTSERVERS}; ${CONTINUE}${REST}`);
  const question = await own.asks(id, "Continue with deployment?");
  const { reached, isApproved } = await own.job(id);
  assert.deepEqual([reached, isApproved], ["testservers", true]);
  await worker.die();
  await own.startWorker();
  await own.answer(question, "y");
  const job = await own.ended(id, "completed");
  assert.deepEqual([job.reached, job.isApproved], ["production", true]);
  const reaches = (await own.events(id)).filter(({ kind }) => kind === "reach_changed");
  assert.equal(reaches.at(-1)?.data["reached"], "production");
});
