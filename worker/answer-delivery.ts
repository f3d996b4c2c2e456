// Brings answers from their rows to the holder that types them. One answer on its way: the row says that it was given; the
// reducer says whether its prompt is still the open one; the holder says whether the process read it; the row says what
// became of it. How far each has come is in answers.ts.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { listUnsettledAnswers, settleAnswer } from "#lib/db/interactions.ts";
import { passNumber } from "#lib/db/numbers.ts";
import { LeaseLost } from "#lib/db/runs.ts";
import type { AnswerValue, GivenAnswer, SettledDelivery } from "#lib/domain/interaction.ts";
import { createAnswers } from "./answers.ts";
import { DELIVERY_OF, WHY_NOT } from "./delivery.ts";
import type { TypeResult } from "../holder/protocol/messages.ts";
import type { JobStore } from "./job-store.ts";
import type { Effect, State } from "./prompt/decide.ts";

const RETRY_MS = 500;
/** A secret travels by itself and arrives with the news of its answer, or a moment later. */
const SECRET_WAIT_MS = 2000;

/** What the holder is asked to type, and what it says became of it; `unknown` when the holder is gone. */
export type Typist = (order: {
  interactionId: string;
  readId: number;
  text: string;
  secret: boolean;
  by: string;
}) => Promise<TypeResult | "unknown">;

/** What the reducer must know of an answer. */
type AnswerEvent =
  | { kind: "answerGiven"; promptKey: string; value: AnswerValue }
  | { kind: "typed"; promptKey: string; result: TypeResult };

export type AnswerDelivery = {
  /** Checks for answers that were given and are not delivered. Never rejects. */
  deliver(): Promise<void>;
  /** The same for one that is known. */
  consider(answer: GivenAnswer): Promise<void>;
  /** A secret has arrived for this interaction; it is kept until it is typed, here and nowhere else. */
  keepSecret(interactionId: number, secret: string): void;
  type(effect: Extract<Effect, { kind: "type" }>): Promise<void>;
  refuse(promptKey: string, reason: string): Promise<void>;
  /** An answer to this prompt that was not typed yet never will be, and its sender is notified. */
  promptWithdrawn(promptKey: string): Promise<void>;
  /** The journal says what became of it. */
  settleFromJournal(interactionId: number, result: TypeResult): Promise<unknown>;
  /** Resolves when no check is under way. */
  settled(): Promise<void>;
  stop(): void;
};

export function createAnswerDelivery(options: {
  db: Database;
  store: JobStore;
  jobId: number;
  /** Of the reducer, as it is now. */
  state: () => State;
  /** Whether this worker has opened or withdrawn this prompt. */
  hasSeen: (promptKey: string) => boolean;
  tell: (event: AnswerEvent) => void;
  type: Typist;
  /** Answers cannot be checked: this run cannot continue. */
  onFault: (cause: unknown) => void;
}): AnswerDelivery {
  const { db, store, jobId, state, tell } = options;
  const answers = createAnswers();
  /** Secrets that have arrived and are not typed yet. */
  const secrets = new Map<number, string>();
  let checking: Promise<void> | undefined;
  let isCheckWanted = false;
  let isStopped = false;

  async function deliver(): Promise<void> {
    isCheckWanted = true;
    checking ??= check();
    return checking;
  }

  /** Never rejects. */
  async function check(): Promise<void> {
    while (isCheckWanted && !isStopped) {
      isCheckWanted = false;
      try {
        for (const answer of await listUnsettledAnswers(db, jobId)) await consider(answer);
      } catch (error) {
        if (isUnreachable(error)) {
          isCheckWanted = true;
          await sleep(RETRY_MS);
        } else if (!isStopped && !(error instanceof LeaseLost)) options.onFault(error);
      }
    }
    // In the same turn as the last check of `isCheckWanted`: a later call starts a new round.
    checking = undefined;
  }

  async function consider(answer: GivenAnswer): Promise<void> {
    const step = answers.stepOf(answer.interactionId);
    if (isStopped || (step !== "new" && step !== "awaitsSecret")) return;
    const { open, exited } = state();
    if (open?.prompt.promptKey === answer.promptKey) {
      const value = answer.kind === "secret" ? secrets.get(answer.interactionId) : answer.value;
      if (value === undefined || value === null) return waitForSecret(answer);
      answers.move(answer, "handed");
      tell({ kind: "answerGiven", promptKey: answer.promptKey, value });
      return;
    }
    // Right after a take-over the prompt may still be found again; once another one is open, or this one was
    // opened and is gone, it cannot.
    const isGone = exited || options.hasSeen(answer.promptKey) || open !== undefined;
    if (isGone)
      await settle(answer.interactionId, "undelivered", "scap no longer asked this when it was to be typed");
  }

  /** The row may be seen before the secret arrives; but one that was sent to an earlier worker never comes. */
  async function waitForSecret(answer: GivenAnswer): Promise<void> {
    answers.move(answer, "awaitsSecret");
    if (performance.now() - answers.since(answer.interactionId) < SECRET_WAIT_MS) {
      setTimeout(() => void deliver(), SECRET_WAIT_MS);
      return;
    }
    await settle(
      answer.interactionId,
      "undelivered",
      "the secret did not reach the worker; it is asked again",
    );
    tell({ kind: "typed", promptKey: answer.promptKey, result: "invalid" });
  }

  async function type(effect: Extract<Effect, { kind: "type" }>): Promise<void> {
    const answer = answers.underway(effect.promptKey);
    if (answer === undefined || !answers.move(answer, "typing")) return;
    const reported = await options.type({
      interactionId: String(answer.interactionId),
      readId: effect.readId,
      text: effect.text,
      secret: effect.secret,
      by: answer.answeredBy,
    });
    const result = reported === "unknown" ? "not_reading" : reported;
    // The question may be asked again in the next turn of its reader, and the answer typed into that.
    if (result === "not_reading") answers.move(answer, "handed");
    tell({ kind: "typed", promptKey: effect.promptKey, result });
    if (isKept(effect.promptKey)) return;
    secrets.delete(answer.interactionId);
    // The job's end says of it what can be said.
    if (reported === "unknown") answers.move(answer, "new");
    else await settle(answer.interactionId, DELIVERY_OF[result], WHY_NOT[result] ?? null);
  }

  /** Whether the answer to this prompt still waits to be typed, or is being typed again. */
  function isKept(promptKey: string): boolean {
    const { open } = state();
    return open?.prompt.promptKey === promptKey && open.phase.name !== "open";
  }

  async function settle(interactionId: number, delivery: SettledDelivery, why: string | null): Promise<void> {
    if (!answers.settle(interactionId)) return;
    secrets.delete(interactionId);
    await store.run((tx) => settleAnswer(tx, jobId, interactionId, delivery, why));
  }

  return {
    deliver,
    consider,
    keepSecret(interactionId, secret) {
      secrets.set(interactionId, secret);
      void deliver();
    },
    type,
    async refuse(promptKey, reason) {
      const answer = answers.underway(promptKey);
      if (answer !== undefined)
        await settle(answer.interactionId, "undelivered", `the answer was refused: ${reason}`);
      // The answer is spent, and scap still waits: it is asked again.
      if (reason !== "not_open") tell({ kind: "typed", promptKey, result: "invalid" });
    },
    async promptWithdrawn(promptKey) {
      const answer = answers.underway(promptKey);
      if (answer !== undefined && answers.stepOf(answer.interactionId) === "handed")
        answers.move(answer, "new");
      await deliver();
    },
    async settleFromJournal(interactionId, result) {
      const step = answers.stepOf(interactionId);
      // Nothing was typed, and the answer is in this run's hands, which says what becomes of it.
      if (DELIVERY_OF[result] === "undelivered" && (step === "typing" || step === "handed")) return;
      // Typed before this run, and perhaps forgotten by the database since.
      const passed =
        step === "new" ? store.run((tx) => passNumber(tx, "interaction", interactionId)) : undefined;
      await Promise.all([passed, settle(interactionId, DELIVERY_OF[result], WHY_NOT[result] ?? null)]);
    },
    async settled() {
      await checking;
    },
    stop() {
      isStopped = true;
      secrets.clear();
    },
  };
}
