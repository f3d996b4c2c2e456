// Between the reducer that decides about prompts, the rows that people see, and the holder that types. One answer
// on its way: the row says it was given; the reducer says whether its prompt is still the open one; the holder
// says whether the process read it; the row says what became of it.
import { listUnsettledAnswers, type UnsettledAnswer } from "#lib/db/interactions.ts";
import { askInteraction, settleAnswer, withdrawInteraction } from "#lib/db/interactions.ts";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { LeaseLost, moveJob } from "#lib/db/runs.ts";
import type { DeliveryState } from "#lib/domain/interaction.ts";
import type { Log } from "#lib/log.ts";
import type { JobStore } from "./job-store.ts";
import { type Effect, type Event, initialState, type Prompt, type State, step } from "./prompt/decide.ts";
import type { Screen } from "./prompt/screen.ts";
import type { TypeResult } from "./holder/protocol.ts";

const ORDERS_RETRY_MS = 500;
/** A secret travels by itself and arrives with the news of its answer, or a moment later. */
const SECRET_WAIT_MS = 2000;

/** What the holder is asked to type, and what it says became of it. */
export type Typist = (order: {
  interactionId: string;
  readId: number;
  text: string;
  secret: boolean;
  by: string;
}) => Promise<TypeResult>;

export type Questions = {
  tell(event: Event): void;
  /** Looks for answers that were given and are not delivered. */
  deliverAnswers(): Promise<void>;
  /** A secret has arrived for this interaction; it is kept until it is typed, here and nowhere else. */
  keepSecret(interactionId: number, secret: string): void;
  /** The journal tells what an earlier worker had typed. */
  settleFromJournal(interactionId: number, result: TypeResult): void;
  /** Resolves when every decision made so far is in the database. */
  settled(): Promise<void>;
  stop(): void;
};

/** `typed` results as they are kept in the history. */
const DELIVERY_OF: Record<TypeResult, Extract<DeliveryState, "consumed" | "not_consumed" | "undelivered">> = {
  consumed: "consumed",
  already_typed: "consumed",
  not_consumed: "not_consumed",
  not_reading: "undelivered",
  echo_on: "undelivered",
  invalid: "undelivered",
};

const WHY: Partial<Record<TypeResult, string>> = {
  not_consumed: "scap did not read it within two seconds; it was taken back",
  not_reading: "scap no longer waited for input",
  echo_on: "the terminal would have shown the secret",
  invalid: "the text cannot be typed",
};

export function createQuestions(options: {
  db: Database;
  store: JobStore;
  screen: Screen;
  jobId: number;
  closedPromptIds: readonly string[];
  type: Typist;
  log: Log;
}): Questions {
  const { db, store, screen, jobId, log } = options;
  let state: State = initialState({ closedPromptIds: options.closedPromptIds });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Row of each prompt that was opened by this worker. */
  const rows = new Map<string, Promise<number | undefined>>();
  /** Answers that are on their way, by the prompt they are for. */
  const underway = new Map<string, UnsettledAnswer>();
  /** Secrets that have arrived and are not typed yet. */
  const secrets = new Map<number, string>();
  /** Since when an answer has waited for its secret. */
  const missingSince = new Map<number, number>();
  const settledIds = new Set<number>();
  let looking: Promise<void> | undefined;
  let isLookWanted = false;

  function tell(event: Event): void {
    if (isStopped) return;
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) perform(effect);
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case "takeSnapshot":
        void screen
          .snapshot()
          .then((snapshot) => tell({ kind: "snapshot", snapshot, at: Date.now() }))
          .catch((error: unknown) => log.error("questions: the screen could not be read", { jobId, error }));
        return;
      case "open":
        rows.set(effect.prompt.promptId, guard(open(effect.prompt)));
        return;
      case "withdraw":
        void guard(withdraw(effect.promptId, effect.why));
        return;
      case "wakeAt":
        clearTimeout(timer);
        timer = setTimeout(() => tell({ kind: "tick", at: Date.now() }), Math.max(0, effect.at - Date.now()));
        return;
      case "type":
        void guard(type(effect));
        return;
      case "refuse":
        void guard(refuse(effect.promptId, effect.reason));
    }
  }

  /** A decision that cannot be written because another worker has the job is that worker's to make. */
  async function guard<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof LeaseLost))
        log.error("questions: a decision was not carried out", { jobId, error });
      return undefined;
    }
  }

  async function open(prompt: Prompt): Promise<number> {
    const askedAt = new Date();
    const asked = await store.run(async (tx) => {
      const row = await askInteraction(tx, jobId, {
        promptKey: prompt.promptId,
        kind: prompt.kind,
        message: prompt.message,
        options: prompt.options,
        default: prompt.default ?? null,
        recognised: prompt.recognised && !prompt.unsure,
        complaint: prompt.complaint ?? null,
        askedAt,
      });
      if (row.state === "pending") await moveJob(tx, jobId, "waiting");
      return row;
    });
    // An answer may be there already: given to the same row while no worker looked.
    if (!asked.isNew) void deliverAnswers();
    return asked.id;
  }

  async function withdraw(promptId: string, why: string): Promise<void> {
    const id = await rows.get(promptId);
    if (id === undefined) return;
    await store.run(async (tx) => {
      if (await withdrawInteraction(tx, jobId, id, why)) await moveJob(tx, jobId, "running");
    });
    // It may have been answered in the same instant: then the answer came too late, and its giver is told.
    await deliverAnswers();
  }

  async function deliverAnswers(): Promise<void> {
    isLookWanted = true;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function look(): Promise<void> {
    while (isLookWanted && !isStopped) {
      isLookWanted = false;
      try {
        for (const answer of await listUnsettledAnswers(db, jobId)) await consider(answer);
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        isLookWanted = true;
        await new Promise((resolve) => setTimeout(resolve, ORDERS_RETRY_MS));
      }
    }
  }

  async function consider(answer: UnsettledAnswer): Promise<void> {
    if (underway.has(answer.promptKey) || settledIds.has(answer.interactionId)) return;
    if (state.open?.prompt.promptId === answer.promptKey) {
      const value = answer.kind === "secret" ? secrets.get(answer.interactionId) : answer.value;
      if (value === undefined || value === null) return waitForSecret(answer);
      underway.set(answer.promptKey, answer);
      tell({ kind: "answerGiven", promptId: answer.promptKey, value, at: Date.now() });
      return;
    }
    // Right after a take-over the prompt may still be found again; once another one is open, or this one was
    // opened and is gone, it cannot.
    const isGone = state.exited || rows.has(answer.promptKey) || state.open !== undefined;
    if (isGone)
      await settle(answer.interactionId, "undelivered", "scap no longer asked this when it was to be typed");
  }

  /** The row may be seen before the secret arrives; but one that was sent to an earlier worker never comes. */
  async function waitForSecret(answer: UnsettledAnswer): Promise<void> {
    const since = missingSince.get(answer.interactionId) ?? Date.now();
    missingSince.set(answer.interactionId, since);
    if (Date.now() - since < SECRET_WAIT_MS) {
      setTimeout(() => void deliverAnswers(), SECRET_WAIT_MS);
      return;
    }
    await settle(
      answer.interactionId,
      "undelivered",
      "the secret did not reach the worker; it is asked again",
    );
    tell({ kind: "typed", promptId: answer.promptKey, result: "invalid", at: Date.now() });
  }

  async function type(effect: Extract<Effect, { kind: "type" }>): Promise<void> {
    const answer = underway.get(effect.promptId);
    if (answer === undefined) return;
    const result = await options.type({
      interactionId: String(answer.interactionId),
      readId: effect.readId,
      text: effect.text,
      secret: effect.secret,
      by: answer.answeredBy,
    });
    tell({ kind: "typed", promptId: effect.promptId, result, at: Date.now() });
    underway.delete(effect.promptId);
    secrets.delete(answer.interactionId);
    await settle(answer.interactionId, DELIVERY_OF[result], WHY[result] ?? null);
  }

  async function refuse(promptId: string, reason: string): Promise<void> {
    const answer = underway.get(promptId);
    underway.delete(promptId);
    if (answer !== undefined)
      await settle(answer.interactionId, "undelivered", `the answer was refused: ${reason}`);
  }

  async function settle(
    interactionId: number,
    delivery: Extract<DeliveryState, "consumed" | "not_consumed" | "undelivered">,
    why: string | null,
  ): Promise<void> {
    settledIds.add(interactionId);
    await store.run((tx) => settleAnswer(tx, jobId, interactionId, delivery, why));
  }

  return {
    tell,
    deliverAnswers,
    keepSecret(interactionId, secret) {
      secrets.set(interactionId, secret);
      void deliverAnswers();
    },
    settleFromJournal(interactionId, result) {
      if (settledIds.has(interactionId)) return;
      void guard(settle(interactionId, DELIVERY_OF[result], WHY[result] ?? null));
    },
    async settled() {
      await Promise.allSettled(rows.values());
      await looking;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      secrets.clear();
    },
  };
}
