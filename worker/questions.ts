// Carries out the decisions of the prompt reducer: stores questions and the delivery of their answers, has answers typed, and
// dispatches events to the reducer. It makes no decision about an answer itself (worker/prompt/answering.ts does).
import {
  askInteraction,
  knowsPrompt,
  type OpenPrompt,
  settleAnswer,
  withdrawPrompt,
} from "#lib/db/interactions.ts";
import type { Database } from "#lib/db/connection.ts";
import { advanceSequence } from "#lib/db/numbers.ts";
import { LeaseLost, moveJob } from "#lib/db/runs.ts";
import { expire } from "#lib/db/unanswered.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import { createScreenShown } from "./screen-shown.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { JobStore } from "./job-store.ts";
import {
  type Effect,
  type Event,
  initialState,
  liveQuestion,
  type Progress,
  type Prompt,
  type Restored,
  type Settlement,
  type State,
  step,
} from "./prompt/decide.ts";
import type { Screen } from "./prompt/screen.ts";
import type { TypeResult } from "../holder/protocol/messages.ts";
import { storable } from "./storable.ts";
import { createUnsettledAnswers } from "./unsettled-answers.ts";

/** Longer than any screen, and the limit of the table. */
const TEXT_MAX = 65_536;

/** The time of an event is the time of its arrival. */
type Untimed<E> = E extends Event ? Omit<E, "at"> : never;

/** Orders the holder to type, and resolves with the result; `unknown` when the holder is gone. */
export type Typist = (order: {
  interactionId: string;
  readId: number;
  text: string;
  secret: boolean;
  by: string;
}) => Promise<TypeResult | "unknown">;

export type Questions = {
  dispatch(event: Untimed<Event>): void;
  /** There may be an answer that is not settled. */
  checkAnswers(): void;
  /** Expires the question if it is due and scap still asks it. Never rejects. */
  expire(question: { id: number; promptKey: string }): Promise<void>;
  /** Whether scap still waits at the prompt of an expired question; undefined while that is not known. */
  stillWaitsAt(promptKey: string): boolean | undefined;
  /** The database was unreachable: whether it still has the rows that it had confirmed. */
  checkRows(): void;
  /** Resolves when every decision made so far is in the database. */
  settled(): Promise<void>;
  stop(): void;
};

export function createQuestions(options: {
  db: Database;
  store: JobStore;
  screen: Screen;
  jobId: number;
  closedPromptKeys: readonly string[];
  /** The question that an earlier worker asked, when it may still be open. */
  restored: OpenPrompt | undefined;
  /** The journal is read again first, and `caughtUp` is its end; nothing is asked before. */
  isReplaying: boolean;
  clock: DatabaseClock;
  type: Typist;
  expiry: ExpiryPolicy | undefined;
  /** A question has expired, and its signal is to be sent. */
  onExpired: () => void;
  /** Called when people start or stop answering the live screen, which is stored and pushed meanwhile. */
  onScreenShown?: (isShown: boolean) => void;
  /** A decision could not be carried out: this run cannot continue. */
  onError: (cause: unknown) => void;
}): Questions {
  const { db, store, screen, jobId } = options;
  let state: State = initialState({
    closedPromptKeys: options.closedPromptKeys,
    isReplaying: options.isReplaying,
    restored: options.restored === undefined ? undefined : restoredQuestion(options.restored),
  });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Effects that are not finished. */
  const running = new Set<Promise<unknown>>();
  const screenShown = createScreenShown(options.onScreenShown ?? (() => undefined));
  const answers = createUnsettledAnswers({
    db,
    jobId,
    onAnswer: (answer) => dispatch({ kind: "answered", answer }),
    onError: options.onError,
  });

  // A monotonic clock: a wall clock that is set back would leave a question unasked for as long.
  function dispatch(event: Untimed<Event>): void {
    if (isStopped) return;
    const decision = step(state, { ...event, at: performance.now() });
    state = decision.state;
    screenShown.update(liveQuestion(state));
    for (const effect of decision.effects) perform(effect);
    // Stored answers can be matched to questions only now.
    if (event.kind === "caughtUp") checkAnswers();
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case "takeSnapshot":
        store.expectQuestion();
        return run(takeSnapshot());
      case "open":
        return run(open(effect.prompt));
      case "withdraw":
        return run(withdraw(effect.promptKey, effect.why));
      case "wakeAt":
        clearTimeout(timer);
        timer = setTimeout(() => dispatch({ kind: "tick" }), Math.max(0, effect.at - performance.now()));
        return undefined;
      case "type":
        return run(type(effect));
      case "settle":
        return run(settle(effect));
    }
  }

  function run(work: Promise<unknown>): void {
    void guard(work);
  }

  /**
   * If another worker has the job, that worker makes the decision. If a decision cannot be stored for another reason, the run
   * fails: a decision must not be lost, or a scap that waits would never get its answer.
   */
  async function guard(work: Promise<unknown>): Promise<void> {
    running.add(work);
    try {
      await work;
    } catch (error) {
      if (!isStopped && !(error instanceof LeaseLost)) options.onError(error);
    } finally {
      running.delete(work);
    }
  }

  /** Now, but dispatched behind the other effects of the same decision. */
  async function takeSnapshot(): Promise<void> {
    const snapshot = screen.snapshot();
    await Promise.resolve();
    dispatch({ kind: "snapshot", snapshot });
  }

  // Writes are passed to the store before anything is awaited, so that they are made in the order of the decisions: a new
  // question never meets an earlier one that is still pending.

  async function open(prompt: Prompt): Promise<void> {
    const askedAt = options.clock.now();
    const asked = await store.run((tx) =>
      askInteraction(tx, jobId, {
        promptKey: prompt.promptKey,
        kind: prompt.kind,
        message: storableText(prompt.message),
        options: prompt.options.map((option) => ({ ...option, text: storableText(option.text) })),
        default: prompt.default ?? null,
        recognised: prompt.recognised && !prompt.unsure,
        complaint: prompt.complaint === undefined ? null : storableText(prompt.complaint),
        askedAt,
        expiry: options.expiry,
      }),
    );
    // It expired under an earlier worker, which may not have sent the signal.
    if (asked.state === "expired") markExpired(prompt.promptKey);
    // It may have been answered before this worker was there.
    if (!asked.isNew) checkAnswers();
  }

  async function withdraw(promptKey: string, why: string): Promise<void> {
    const isWithdrawn = await store.run(async (tx) => {
      const isPending = await withdrawPrompt(tx, jobId, promptKey, why);
      if (isPending) await moveJob(tx, jobId, "running");
      return isPending;
    });
    // An answer was first. It is never typed, and its sender is notified.
    if (!isWithdrawn) checkAnswers();
  }

  async function type({ interactionId, ...order }: Extract<Effect, { kind: "type" }>): Promise<void> {
    const { readId, text, secret, by } = order;
    const result = await options.type({ interactionId: String(interactionId), readId, text, secret, by });
    // Without its holder the job has ended, and its end settles the answer.
    if (result !== "unknown") dispatch({ kind: "typed", interactionId, result });
  }

  async function settle({ interactionId, delivery, why, isFromJournal }: Settlement): Promise<void> {
    await store.run(async (tx) => {
      // The database may have been restored to a state before this number.
      if (isFromJournal === true) await advanceSequence(tx, "interaction", interactionId);
      await settleAnswer(tx, jobId, interactionId, delivery, why);
    });
  }

  function checkAnswers(): void {
    run(answers.check());
  }

  function markExpired(promptKey: string): void {
    dispatch({ kind: "expired", promptKey });
    options.onExpired();
  }

  async function expireNow({ id, promptKey }: { id: number; promptKey: string }): Promise<void> {
    // Unless this worker has found the prompt open (again), it may be over, and a signal would hit something else.
    if (waitsAt(promptKey, "open") !== true) return;
    const isExpired = await store.run((tx) => expire(tx, jobId, id));
    if (isExpired) markExpired(promptKey);
  }

  function waitsAt(promptKey: string, mode: "open" | "expired"): boolean | undefined {
    const { question, isReplaying } = state;
    if (question?.prompt.promptKey !== promptKey) return isReplaying ? undefined : false;
    if (question.isRestored || question.lost !== undefined) return undefined;
    if (question.progress.mode === mode) return true;
    // The row may have expired before the reducer was notified.
    return question.progress.mode === "open" ? undefined : false;
  }

  return {
    dispatch,
    checkAnswers,
    expire: (question) => guard(expireNow(question)),
    stillWaitsAt: (promptKey) => waitsAt(promptKey, "expired"),
    checkRows() {
      const promptKey = state.question?.prompt.promptKey;
      run(
        store.run(async (tx) => {
          if (!(await knowsPrompt(tx, jobId, promptKey))) {
            throw new Error("the database does not have the questions that it had confirmed");
          }
        }),
      );
    },
    async settled() {
      await Promise.allSettled(running);
      await answers.settled();
    },
    stop() {
      isStopped = true;
      screenShown.stop();
      clearTimeout(timer);
      answers.stop();
    },
  };
}

/** The mode in which an earlier worker left its question, derived from the rows. */
function restoredQuestion(row: OpenPrompt): Restored {
  const { promptKey, kind, message, interactionId, answer } = row;
  return { prompt: { promptKey, kind, message, interactionId }, progress: progressOf(row, answer) };
}

function progressOf({ state, interactionId }: OpenPrompt, answer: OpenPrompt["answer"]): Progress {
  if (state === "expired") return { mode: "expired", since: 0 };
  if (answer === null) return { mode: "open" };
  const { value, by } = answer;
  return value === null
    ? { mode: "awaiting_secret", answer: { interactionId, by, value: undefined }, since: 0 }
    : { mode: "ready", answer: { interactionId, by, value } };
}

function storableText(text: string): string {
  return storable(text.slice(0, TEXT_MAX));
}
