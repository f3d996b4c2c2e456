// Between the reducer that decides about prompts, the rows that people see, and the holder that types. One answer
// on its way: the row says it was given; the reducer says whether its prompt is still the open one; the holder
// says whether the process read it; the row says what became of it. How far each has come is in answers.ts.
import { setTimeout as sleep } from "node:timers/promises";
import {
  askInteraction,
  knowsPrompt,
  listUnsettledAnswers,
  type OpenPrompt,
  settleAnswer,
  withdrawPrompt,
} from "#lib/db/interactions.ts";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { LeaseLost, moveJob } from "#lib/db/runs.ts";
import { expire } from "#lib/db/unanswered.ts";
import type { NotifiedAnswer } from "#lib/db/notify.ts";
import { passNumber } from "#lib/db/numbers.ts";
import type { GivenAnswer, SettledDelivery } from "#lib/domain/interaction.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import { createAnswers } from "./answers.ts";
import { DELIVERY_OF, WHY_NOT } from "./delivery.ts";
import { createScreenShown } from "./screen-shown.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { JobStore } from "./job-store.ts";
import { type Effect, type Event, initialState, type Prompt, type State, step } from "./prompt/decide.ts";
import type { Screen } from "./prompt/screen.ts";
import type { TypeResult } from "./holder/protocol.ts";
import { storable } from "./storable.ts";

const ORDERS_RETRY_MS = 500;
/** Longer than any screen, and what the table takes. */
const TEXT_MAX = 65_536;
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

/** What is told is told now. */
type Untimed<E> = E extends Event ? Omit<E, "at"> : never;

export type Questions = {
  tell(event: Untimed<Event>): void;
  /** Looks for answers that were given and are not delivered. */
  deliverAnswers(): Promise<void>;
  /** Somebody tells that an answer was given, and its row is committed. */
  takeAnswer(answer: NotifiedAnswer): void;
  /** A secret has arrived for this interaction; it is kept until it is typed, here and nowhere else. */
  keepSecret(interactionId: number, secret: string): void;
  /** The journal tells that this was typed: scap has its answer, and whatever it asks now is another question. */
  wasTyped(interactionId: number): void;
  /** Ends the question if its time is over and scap still asks it. Never rejects. */
  expire(question: { id: number; promptKey: string }): Promise<void>;
  /** Whether scap still waits at the prompt of an expired question; undefined while that is not known. */
  stillWaitsAt(promptKey: string): boolean | undefined;
  /** The journal tells what became of it. */
  settleFromJournal(interactionId: number, result: TypeResult): void;
  /** The database was away: what it comes back with must be what it had confirmed. */
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
  /** The end of the journal is told by a `caughtUp`; nothing is asked before. */
  isReplaying: boolean;
  clock: DatabaseClock;
  type: Typist;
  expiry: ExpiryPolicy | undefined;
  /** A question has expired, and its signal is to be sent. */
  onExpired: () => void;
  /** Whether people answer the live screen now, which is then stored and pushed as it changes. */
  onScreenShown?: (isShown: boolean) => void;
  /** A decision could not be carried out: this run cannot go on. */
  onFault: (cause: unknown) => void;
}): Questions {
  const { db, store, screen, jobId } = options;
  const { restored } = options;
  let state: State = initialState({
    closedPromptKeys: options.closedPromptKeys,
    isReplaying: options.isReplaying,
    restored,
  });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Prompts that were opened or withdrawn by this worker. */
  const seenKeys = new Set<string>();
  /** What proves of a notified answer that it is one, by the question. Each proves one, because whoever listens hears it. */
  const answerTokens = new Map<number, string>();
  /** What is on its way to the database. */
  const decisions = new Set<Promise<unknown>>();
  const answers = createAnswers();
  const screenShown = createScreenShown(options.onScreenShown ?? (() => undefined));
  /** Secrets that have arrived and are not typed yet. */
  const secrets = new Map<number, string>();
  let looking: Promise<void> | undefined;
  let isLookWanted = false;

  // Decisions wait for the time of a clock that nobody sets: one that is set back would leave a question unasked for as
  // long. That of arrival, also when a journal is read again.
  function tell(event: Untimed<Event>): void {
    if (isStopped) return;
    const decision = step(state, { ...event, at: performance.now() });
    state = decision.state;
    for (const effect of decision.effects) perform(effect);
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case "takeSnapshot":
        store.expectQuestion();
        void guard(tellSnapshot());
        return;
      case "open":
        seenKeys.add(effect.prompt.promptKey);
        screenShown.open(effect.prompt.kind === "screen");
        void guard(open(effect.prompt));
        return;
      case "withdraw":
        seenKeys.add(effect.promptKey);
        screenShown.closed();
        void guard(withdraw(effect.promptKey, effect.why));
        return;
      case "wakeAt":
        clearTimeout(timer);
        timer = setTimeout(() => tell({ kind: "tick" }), Math.max(0, effect.at - performance.now()));
        return;
      case "type":
        void guard(type(effect));
        screenShown.closed();
        return;
      case "refuse":
        void guard(refuse(effect.promptKey, effect.reason));
    }
  }

  /** Behind the other effects of the decision that wants it, and as of now. */
  async function tellSnapshot(): Promise<void> {
    const snapshot = screen.snapshot();
    await Promise.resolve();
    tell({ kind: "snapshot", snapshot });
  }

  /**
   * A decision that cannot be written because another worker has the job is that worker's to make. One that cannot be
   * written for another reason must not be lost: a scap that waits would never be answered.
   */
  async function guard(work: Promise<unknown>): Promise<void> {
    decisions.add(work);
    try {
      await work;
    } catch (error) {
      if (!isStopped && !(error instanceof LeaseLost)) options.onFault(error);
    } finally {
      decisions.delete(work);
    }
  }

  // Decisions are handed to the store before anything is awaited, so that they are written in their order: a new
  // question never meets an old one that is still pending.

  async function open(prompt: Prompt): Promise<void> {
    const askedAt = options.clock.now();
    const asked = await store.run((tx) => {
      const sent = askInteraction(tx, jobId, {
        promptKey: prompt.promptKey,
        kind: prompt.kind,
        message: storableText(prompt.message),
        options: prompt.options.map((option) => ({ ...option, text: storableText(option.text) })),
        default: prompt.default ?? null,
        recognised: prompt.recognised && !prompt.unsure,
        complaint: prompt.complaint === undefined ? null : storableText(prompt.complaint),
        askedAt,
        expiry: options.expiry,
      });
      tx.commit();
      return sent;
    });
    answerTokens.set(asked.id, asked.answerToken);
    // It expired while an earlier worker had it, which did not get to what comes then.
    if (asked.state === "expired") markExpired(prompt.promptKey);
    // An answer may be there already: given to the same row while no worker looked.
    if (!asked.isNew) await deliverAnswers();
  }

  function markExpired(promptKey: string): void {
    tell({ kind: "expired", promptKey });
    options.onExpired();
  }

  async function expireNow({ id, promptKey }: { id: number; promptKey: string }): Promise<void> {
    // What this worker has not found open (again) may be over: a signal would meet something else.
    if (stillWaitsAt(promptKey, "open") !== true) return;
    const isExpired = await store.run((tx) => expire(tx, jobId, id));
    if (isExpired) markExpired(promptKey);
  }

  function stillWaitsAt(promptKey: string, phase: "open" | "expired"): boolean | undefined {
    const { open } = state;
    if (open?.prompt.promptKey === promptKey) {
      if (open.lost !== undefined) return undefined;
      if (open.phase.name === phase) return true;
      // The row may say that it has expired before this worker has heard so.
      return open.phase.name === "open" ? undefined : false;
    }
    return state.isReplaying || state.restored?.promptKey === promptKey ? undefined : false;
  }

  async function withdraw(promptKey: string, why: string): Promise<void> {
    await store.run(async (tx) => {
      if (await withdrawPrompt(tx, jobId, promptKey, why)) await moveJob(tx, jobId, "running");
    });
    // It may have been answered, and the answer was never typed: its giver is told.
    const answer = answers.underway(promptKey);
    if (answer !== undefined && answers.stepOf(answer.interactionId) === "handed")
      answers.move(answer, "new");
    await deliverAnswers();
  }

  async function deliverAnswers(): Promise<void> {
    isLookWanted = true;
    looking ??= look();
    return looking;
  }

  /** Never rejects. */
  async function look(): Promise<void> {
    while (isLookWanted && !isStopped) {
      isLookWanted = false;
      try {
        for (const answer of await listUnsettledAnswers(db, jobId)) await consider(answer);
      } catch (error) {
        if (isUnreachable(error)) {
          isLookWanted = true;
          await sleep(ORDERS_RETRY_MS);
        } else if (!isStopped && !(error instanceof LeaseLost)) options.onFault(error);
      }
    }
    // In the same turn as the last look at `isLookWanted`: whoever asks from now on starts a new round.
    looking = undefined;
  }

  async function consider(answer: GivenAnswer): Promise<void> {
    const step = answers.stepOf(answer.interactionId);
    if (isStopped || (step !== "new" && step !== "awaitsSecret")) return;
    if (state.open?.prompt.promptKey === answer.promptKey) {
      const value = answer.kind === "secret" ? secrets.get(answer.interactionId) : answer.value;
      if (value === undefined || value === null) return waitForSecret(answer);
      answers.move(answer, "handed");
      tell({ kind: "answerGiven", promptKey: answer.promptKey, value });
      return;
    }
    // Right after a take-over the prompt may still be found again; once another one is open, or this one was
    // opened and is gone, it cannot.
    const isGone = state.exited || seenKeys.has(answer.promptKey) || state.open !== undefined;
    if (isGone)
      await settle(answer.interactionId, "undelivered", "scap no longer asked this when it was to be typed");
  }

  /** The row may be seen before the secret arrives; but one that was sent to an earlier worker never comes. */
  async function waitForSecret(answer: GivenAnswer): Promise<void> {
    answers.move(answer, "awaitsSecret");
    if (performance.now() - answers.since(answer.interactionId) < SECRET_WAIT_MS) {
      setTimeout(() => void deliverAnswers(), SECRET_WAIT_MS);
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
    const told = await options.type({
      interactionId: String(answer.interactionId),
      readId: effect.readId,
      text: effect.text,
      secret: effect.secret,
      by: answer.answeredBy,
    });
    const result = told === "unknown" ? "not_reading" : told;
    // The question may be asked again in the next turn of its reader, and the answer typed into that.
    if (result === "not_reading") answers.move(answer, "handed");
    tell({ kind: "typed", promptKey: effect.promptKey, result });
    if (isKept(effect.promptKey)) return;
    secrets.delete(answer.interactionId);
    // The job's end says of it what can be said.
    if (told === "unknown") answers.move(answer, "new");
    else await settle(answer.interactionId, DELIVERY_OF[result], WHY_NOT[result] ?? null);
  }

  /** Whether the answer to this prompt still waits to be typed, or is being typed again. */
  function isKept(promptKey: string): boolean {
    const { open } = state;
    return open?.prompt.promptKey === promptKey && open.phase.name !== "open";
  }

  async function refuse(promptKey: string, reason: string): Promise<void> {
    const answer = answers.underway(promptKey);
    if (answer !== undefined)
      await settle(answer.interactionId, "undelivered", `the answer was refused: ${reason}`);
    // The answer is spent, and scap still waits: it is asked again.
    if (reason !== "not_open") tell({ kind: "typed", promptKey, result: "invalid" });
  }

  async function settle(interactionId: number, delivery: SettledDelivery, why: string | null): Promise<void> {
    if (!answers.settle(interactionId)) return;
    secrets.delete(interactionId);
    await store.run((tx) => settleAnswer(tx, jobId, interactionId, delivery, why));
  }

  return {
    tell,
    deliverAnswers,
    expire: (question) => guard(expireNow(question)),
    stillWaitsAt: (promptKey) => stillWaitsAt(promptKey, "expired"),
    takeAnswer({ answerToken, ...answer }) {
      // The rows are believed whoever tells; what is told only with its proof.
      const isProven = answerTokens.get(answer.interactionId) === answerToken;
      if (isProven) answerTokens.delete(answer.interactionId);
      if (isProven) void guard(consider(answer));
      else void deliverAnswers();
    },
    keepSecret(interactionId, secret) {
      secrets.set(interactionId, secret);
      void deliverAnswers();
    },
    wasTyped(interactionId) {
      if (restored?.interactionId !== interactionId || state.restored === undefined) return;
      const closedPromptKeys = [...state.closedPromptKeys, restored.promptKey];
      state = { ...state, restored: undefined, closedPromptKeys };
      // Only if the database has forgotten its answer.
      void guard(withdraw(restored.promptKey, "moved_on"));
    },
    settleFromJournal(interactionId, result) {
      // Nothing was typed, and the answer is in this run's hands, which says what becomes of it.
      const isInHand =
        answers.stepOf(interactionId) === "typing" || answers.stepOf(interactionId) === "handed";
      if (DELIVERY_OF[result] === "undelivered" && isInHand) return;
      // Typed before this run, and perhaps forgotten by the database since.
      if (answers.stepOf(interactionId) === "new")
        void guard(store.run((tx) => passNumber(tx, "interaction", interactionId)));
      void guard(settle(interactionId, DELIVERY_OF[result], WHY_NOT[result] ?? null));
    },
    checkRows() {
      // Meanwhile an answer may have been told to others and not to this worker.
      answerTokens.clear();
      const promptKey = state.open?.prompt.promptKey;
      const restoredKey = state.restored?.promptKey;
      void guard(
        store.run(async (tx) => {
          if (!(await knowsPrompt(tx, jobId, promptKey, restoredKey)))
            throw new Error("the database does not have the questions that it had confirmed");
        }),
      );
    },
    async settled() {
      await Promise.allSettled(decisions);
      await looking;
    },
    stop() {
      isStopped = true;
      screenShown.stop();
      clearTimeout(timer);
      secrets.clear();
    },
  };
}

function storableText(text: string): string {
  return storable(text.slice(0, TEXT_MAX));
}
