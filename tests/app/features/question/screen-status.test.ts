import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { ApiProblem } from "../../../../app/client/api.ts";
import { screenStatus } from "../../../../app/features/question/screen-status.ts";
import { answeredBy, aQuestion } from "../../wire-samples.ts";

const open = aQuestion({ kind: "screen", options: [] });

function statusOf(facts: Partial<Parameters<typeof screenStatus>[0]> = {}): string {
  return screenStatus({
    question: open,
    me: "alice",
    isConnected: true,
    isWorkerUnresponsive: false,
    isReady: true,
    isCapturing: false,
    pressed: undefined,
    isSlow: false,
    isIgnored: false,
    problem: undefined,
    ...facts,
  }).text;
}

function after(name: string, delivery: "accepted" | "consumed" | "undelivered" = "accepted"): Interaction {
  const { answer } = { answer: null, ...answeredBy(name, delivery) };
  return {
    ...open,
    state: "answered",
    answer: answer === null ? null : { ...answer, value: { key: "down" }, text: "Down" },
  };
}

test("the status says whether the program is waiting for a key, and whether the keyboard is captured", () => {
  assert.equal(statusOf(), "Waiting for a key press.");
  assert.equal(statusOf({ isReady: false, isCapturing: true }), "One moment…");
  assert.equal(statusOf({ isCapturing: true }), "Keys go to the program. Press Esc twice to stop.");
});

test("a key press is reported with the name of its sender until the program reads again", () => {
  assert.equal(statusOf({ pressed: { key: "down" } }), "Sent Down.");
  assert.equal(statusOf({ question: after("alice") }), "Sent Down.");
  assert.equal(statusOf({ question: after("bob") }), "bob pressed Down.");
});

test("a key press that was not sent or not delivered is reported", () => {
  const tooLate: ApiProblem = {
    code: "interaction_already_answered",
    status: 409,
    title: "Already answered.",
    detail: undefined,
    refused: [],
    errors: [],
    interaction: after("bob"),
  };
  assert.equal(statusOf({ problem: tooLate }), "bob pressed Down first. Your key was not used.");
  const early = { question: after("alice"), isReady: false, isIgnored: true };
  assert.equal(statusOf(early), "Key ignored. The program isn’t reading yet.");
  assert.equal(statusOf({ isIgnored: true }), "Key ignored. Press it again.");
  assert.equal(statusOf({ question: after("alice", "undelivered") }), "Down was not delivered.");
  assert.match(statusOf({ isConnected: false }), /^Connection lost/);
  assert.match(statusOf({ isWorkerUnresponsive: true }), /isn’t responding/);
});
