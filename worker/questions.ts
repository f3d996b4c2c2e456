// Runs the prompt reducer of one job: dispatches events to it, keeps its state and its timer, and has its effects carried out
// (question-effects.ts). If another worker has the job, that worker makes the decision. If an effect cannot be carried out for another
// reason, the run fails: a decision must not be lost, or a scap that waits would never get its answer.
import type { Database } from "#lib/db/connection.ts";
import { listUnsettledAnswers, type OpenPrompt } from "#lib/db/interactions.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { JobStore } from "./job-store.ts";
import { type Effect, type Event, initialState, liveQuestion, step, waitsAt } from "./prompt/decide.ts";
import type { Screen } from "./prompt/screen.ts";
import { carryOut, type EffectContext, markExpired, type Typist, type Untimed } from "./question-effects.ts";
import { createQuestionRows, restoredQuestion } from "./question-rows.ts";
import { createRowCheck } from "./row-check.ts";
import { createScreenShown } from "./screen-shown.ts";
import { createTasks } from "./tasks.ts";

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

type Options = {
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
};

export function createQuestions(options: Options): Questions {
  const { closedPromptKeys, isReplaying, restored, onError } = options;
  let state = initialState({
    closedPromptKeys,
    isReplaying,
    restored: restored === undefined ? undefined : restoredQuestion(restored),
  });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const rows = createQuestionRows(options);
  const tasks = createTasks(onError);
  const screenShown = createScreenShown(options.onScreenShown ?? (() => undefined));
  const answers = createRowCheck(async () => {
    const unsettled = await listUnsettledAnswers(options.db, options.jobId);
    for (const answer of unsettled) dispatch({ kind: "answered", answer });
  }, onError);
  const checkAnswers = (): void => void answers.request();
  const context: EffectContext = { ...options, rows, dispatch, checkAnswers };

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
    if (effect.kind !== "wakeAt") return void tasks.run(carryOut(context, effect));
    clearTimeout(timer);
    timer = setTimeout(() => dispatch({ kind: "tick" }), Math.max(0, effect.at - performance.now()));
  }

  async function expire({ id, promptKey }: { id: number; promptKey: string }): Promise<void> {
    // Unless this worker has found the prompt open (again), it may be over, and a signal would hit something else.
    if (waitsAt(state, promptKey, "open") !== true) return;
    const isExpired = await rows.expire(id);
    if (isExpired) markExpired(context, promptKey);
  }

  return {
    dispatch,
    checkAnswers,
    expire: (question) => tasks.run(expire(question)),
    stillWaitsAt: (promptKey) => waitsAt(state, promptKey, "expired"),
    checkRows: () => void tasks.run(rows.check(state.question?.prompt.promptKey)),
    async settled() {
      await tasks.settled();
      await answers.settled();
    },
    stop() {
      isStopped = true;
      screenShown.stop();
      clearTimeout(timer);
      tasks.stop();
      answers.stop();
    },
  };
}
