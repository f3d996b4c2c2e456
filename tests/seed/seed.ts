// Jobs as they would be after a life of their own, for tests that need a past:
//
//   await aJob(db, { by: "alice", changes: [1234] }).phase("sync-testservers", 40).asked("yes_no").succeeded();
//   const { id, pendingId } = await aJob(db).waiting({ on: "choices" });
//
// What comes before the last word is kept; the last word (queued, running, waiting or an ending) writes everything
// in one transaction, through the legal moves and with the events that the program itself would write, so that a
// seeded job differs from a real one only in its clock, which starts at `at` and advances only as the steps say.
import { type Database, transaction } from "#lib/db/connection.ts";
import type { InteractionKind } from "#lib/domain/interaction.ts";
import type { Outcome } from "#lib/domain/job.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { Progress } from "#lib/contract/job.ts";
import type { SeededQuestion } from "./seed-questions.ts";
import * as questions from "./seed-answers.ts";
import type { Answered } from "./seed-answers.ts";
import * as life from "./seed-run.ts";
import type { Ending, JobSeed, Run, SeededJob } from "./seed-run.ts";

export type { Answered } from "./seed-answers.ts";
export type { JobSeed, SeededJob } from "./seed-run.ts";

type Step = (run: Run) => Promise<void>;

export function aJob(db: Database, seed: JobSeed = {}): JobBuilder {
  return new JobBuilder(db, seed);
}

export class JobBuilder {
  readonly #db: Database;
  readonly #seed: JobSeed;
  readonly #steps: Step[] = [];

  constructor(db: Database, seed: JobSeed) {
    this.#db = db;
    this.#seed = seed;
  }

  /** Lets time pass. */
  takes(seconds: number): this {
    return this.#then((run) => life.later(run, seconds));
  }

  /** One chunk of output with these lines. */
  prints(...lines: string[]): this {
    return this.#then((run) => life.print(run, lines));
  }

  startsPhase(name: string): this {
    return this.#then((run) => life.startPhase(run, name));
  }

  /** Finishes the innermost phase that is open. */
  finishesPhase(): this {
    return this.#then(life.finishPhase);
  }

  /** A phase that starts, takes its time and finishes. */
  phase(name: string, seconds: number): this {
    return this.startsPhase(name).takes(seconds).finishesPhase();
  }

  makesProgress(progress: Progress): this {
    return this.#then(async (run) => {
      run.progress = progress;
      await life.print(run, []);
    });
  }

  /** A question with its answer, which scap reads. */
  asked(on: InteractionKind | SeededQuestion, answered: Answered = {}): this {
    return this.#then(async (run) => {
      await questions.ask(run, questions.questionOf(on));
      await questions.answer(run, questions.questionOf(on), answered);
    });
  }

  /** A question that stays open. */
  asks(on: InteractionKind | SeededQuestion): this {
    return this.#then((run) => questions.ask(run, questions.questionOf(on)));
  }

  /** A question that scap takes back. */
  askedInVain(on: InteractionKind | SeededQuestion, seconds = 5): this {
    return this.#then(async (run) => {
      await questions.ask(run, questions.questionOf(on));
      await life.later(run, seconds);
      await life.withdraw(run, "scap continued");
    });
  }

  /** A question that stays unanswered until the policy ends it. */
  askedUntilExpiry(on: InteractionKind | SeededQuestion, afterSeconds = 3600): this {
    const question = {
      ...questions.questionOf(on),
      expiry: { afterMs: afterSeconds * 1000, action: "interrupt" as const },
    };
    return this.#then(async (run) => {
      await questions.ask(run, question);
      await questions.expire(run, question, afterSeconds);
    });
  }

  signalled(kind: SignalKind, { by = "deployer", processes = 1 } = {}): this {
    return this.#then((run) => life.signal(run, kind, by, processes));
  }

  // The last word

  async queued(): Promise<SeededJob> {
    return this.#live(false);
  }

  async running(): Promise<SeededJob> {
    return this.#live(true);
  }

  async waiting({ on = "yes_no" }: { on?: InteractionKind | SeededQuestion } = {}): Promise<SeededJob> {
    return this.#then((run) => questions.ask(run, questions.questionOf(on))).#live(true);
  }

  async succeeded(outcome: "completed" | "nothing_to_deploy" | "prepared" = "completed"): Promise<SeededJob> {
    return this.#ended(outcome, { exitCode: 0 });
  }

  async failed(
    outcome: Exclude<
      Outcome,
      "completed" | "nothing_to_deploy" | "prepared" | "declined" | "cancelled_while_queued" | "holder_lost"
    > = "exit_nonzero",
    end: Ending = {},
  ): Promise<SeededJob> {
    return this.#ended(outcome, { ...life.EXITS[outcome], ...end });
  }

  async declined(): Promise<SeededJob> {
    return this.#ended("declined", { exitCode: 0 });
  }

  /** scap's end is not known; the lane stays held by default. */
  async lost({ laneReleased = false } = {}): Promise<SeededJob> {
    return this.#ended("holder_lost", { laneReleased });
  }

  /** Removed from the queue; the steps of a run are ignored. */
  async cancelled({ by = "deployer" } = {}): Promise<SeededJob> {
    return transaction(this.#db, async (tx) => {
      const run = await life.create(tx, this.#seed);
      await life.cancel(run, by);
      return life.seeded(run);
    });
  }

  #then(step: Step): this {
    this.#steps.push(step);
    return this;
  }

  async #live(started: boolean): Promise<SeededJob> {
    return transaction(this.#db, async (tx) => {
      const run = await life.create(tx, this.#seed);
      if (started) await this.#play(run);
      return life.seeded(run);
    });
  }

  async #ended(outcome: Outcome, end: Ending): Promise<SeededJob> {
    return transaction(this.#db, async (tx) => {
      const run = await life.create(tx, this.#seed);
      await this.#play(run);
      await life.finish(run, outcome, end);
      return life.seeded(run);
    });
  }

  async #play(run: Run): Promise<void> {
    await life.start(run);
    for (const step of this.#steps) await step(run);
  }
}
