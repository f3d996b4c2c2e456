import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGNAL_KINDS } from "#lib/domain/signal.ts";
import type { Phase } from "#lib/contract/job.ts";
import { safeStop, stopEffect, stopSituation } from "../../../app/text/stop-effect.ts";
import { aJob, aPhase, aQuestion } from "../wire-samples.ts";

const phase = (name: string, finishedAt: string | null = null): Phase => aPhase({ name, finishedAt });

const ASKED_AT_TESTSERVERS = aQuestion({
  kind: "choices",
  message: "Changes synced to the testservers\n\nContinue with deployment?",
  options: [
    { text: "Yes, continue with deployment", value: "y" },
    { text: "No, roll back deployment and terminate", value: "n" },
  ],
});

test("before anything has changed, an interrupt ends scap and nothing is deployed", () => {
  const job = aJob();
  assert.equal(stopSituation(job), "beginning");
  assert.equal(stopEffect("interrupt", job), "scap exits. Nothing has been deployed so far.");
});

test("at an open question an interrupt ends scap, and the text says where the changes are", () => {
  const job = aJob({ pendingInteraction: aQuestion(), reached: "merged" });
  assert.equal(stopSituation(job), "question");
  assert.match(stopEffect("interrupt", job), /waiting for input, so it exits\. The change is merged/);
});

test("at the test servers the safe stop is the answer that rolls back, with scap's own label", () => {
  const job = aJob({ pendingInteraction: ASKED_AT_TESTSERVERS, reached: "testservers" });
  assert.match(stopEffect("interrupt", job), /so it exits\. The test servers have the change\.$/);
  const safe = safeStop(job);
  assert.equal(safe?.option.text, "No, roll back deployment and terminate");
  assert.equal(safe?.interactionId, job.pendingInteraction?.id);
});

test("while scap is waiting for the merge, a stop does not remove the vote", () => {
  const job = aJob({ isApproved: true });
  assert.equal(stopSituation(job), "merging");
  for (const kind of SIGNAL_KINDS) {
    assert.match(stopEffect(kind, job), /The \+2 vote stays, so the change may still merge/, kind);
  }
});

test("in a Kubernetes step an interrupt takes effect when the step returns, and then scap asks", () => {
  const phases = [phase("scap sync-world: x"), { ...phase("sync-canaries-k8s"), id: 2, depth: 1 }];
  const job = aJob({ phases, reached: "canaries", reachIsPartial: true });
  assert.equal(stopSituation(job), "kubernetes");
  assert.match(stopEffect("interrupt", job), /when the current Kubernetes step returns.*scap then asks/);
  assert.match(stopEffect("interrupt_group", job), /when the current Kubernetes step returns/);
  assert.match(stopEffect("interrupt", job), /some canaries may have it/);
});

test("in other steps an interrupt affects only the current command", () => {
  const job = aJob({ phases: [phase("scap prep auto")], reached: "merged" });
  assert.equal(stopSituation(job), "running");
  assert.match(stopEffect("interrupt", job), /only the command that scap is running now/);
});

test("answering no is a safe stop where it ends the deployment, and none where it only skips a step", () => {
  const asked = (message: string) =>
    safeStop(aJob({ pendingInteraction: aQuestion({ message }) }))?.option.value;
  assert.equal(asked("Backport the changes?"), false);
  assert.equal(asked("Do you want to proceed anyway?"), false);
  assert.equal(asked("Continue with deployment (all patches will be deployed)?"), false);
  assert.equal(asked("Would you like to see the diff?"), undefined);
  assert.equal(asked("Unexpected commits to deploy.\nWould you like to see the diff?"), undefined);
  assert.equal(safeStop(aJob()), undefined);
});

test("an exit without rollback is no safe stop", () => {
  const question = aQuestion({
    kind: "choices",
    message: "What do you want to do?",
    options: [
      { text: "Retry", value: "r" },
      { text: "Exit without rollback", value: "x" },
    ],
  });
  assert.equal(safeStop(aJob({ pendingInteraction: question })), undefined);
});
