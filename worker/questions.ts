// Between the reducer that decides about prompts and the rows that people see: asks, withdraws and expires questions as it
// decides, and tells it what happens. How an answer gets to its prompt is in answer-delivery.ts.
import { askInteraction, knowsPrompt, type OpenPrompt, withdrawPrompt } from "#lib/db/interactions.ts";
import type { Database } from "#lib/db/connection.ts";
import { LeaseLost, moveJob } from "#lib/db/runs.ts";
import { expire } from "#lib/db/unanswered.ts";
import type { NotifiedAnswer } from "#lib/db/notify.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import { createAnswerDelivery, type Typist } from "./answer-delivery.ts";
import { createScreenShown } from "./screen-shown.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { JobStore } from "./job-store.ts";
import { type Effect, type Event, initialState, type Prompt, type State, step } from "./prompt/decide.ts";
import type { Screen } from "./prompt/screen.ts";
import type { TypeResult } from "../holder/protocol/messages.ts";
import { storable } from "./storable.ts";

/** Longer than any screen, and what the table takes. */
const TEXT_MAX = 65_536;

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
  const { store, screen, jobId } = options;
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
  const screenShown = createScreenShown(options.onScreenShown ?? (() => undefined));
  const delivery = createAnswerDelivery({
    db: options.db,
    store,
    jobId,
    state: () => state,
    hasSeen: (promptKey) => seenKeys.has(promptKey),
    tell,
    type: options.type,
    onFault: options.onFault,
  });

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
        void guard(delivery.type(effect));
        screenShown.closed();
        return;
      case "refuse":
        void guard(delivery.refuse(effect.promptKey, effect.reason));
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
    if (!asked.isNew) await delivery.deliver();
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
    // It may have been answered, and the answer was never typed.
    await delivery.promptWithdrawn(promptKey);
  }

  return {
    tell,
    deliverAnswers: () => delivery.deliver(),
    expire: (question) => guard(expireNow(question)),
    stillWaitsAt: (promptKey) => stillWaitsAt(promptKey, "expired"),
    takeAnswer({ answerToken, ...answer }) {
      // The rows are believed whoever tells; what is told only with its proof.
      const isProven = answerTokens.get(answer.interactionId) === answerToken;
      if (isProven) answerTokens.delete(answer.interactionId);
      if (isProven) void guard(delivery.consider(answer));
      else void delivery.deliver();
    },
    keepSecret: (interactionId, secret) => delivery.keepSecret(interactionId, secret),
    wasTyped(interactionId) {
      if (restored?.interactionId !== interactionId || state.restored === undefined) return;
      const closedPromptKeys = [...state.closedPromptKeys, restored.promptKey];
      state = { ...state, restored: undefined, closedPromptKeys };
      // Only if the database has forgotten its answer.
      void guard(withdraw(restored.promptKey, "moved_on"));
    },
    settleFromJournal: (interactionId, result) =>
      void guard(delivery.settleFromJournal(interactionId, result)),
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
      await delivery.settled();
    },
    stop() {
      isStopped = true;
      screenShown.stop();
      clearTimeout(timer);
      delivery.stop();
    },
  };
}

function storableText(text: string): string {
  return storable(text.slice(0, TEXT_MAX));
}
