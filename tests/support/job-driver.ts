// What a test does with a job: waits for its questions and its end, answers, sends signals, and reads what was stored.
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { type Database, query } from "#lib/db/connection.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { listLines } from "#lib/db/log.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Outcome } from "#lib/domain/job.ts";
import type { User } from "#lib/domain/permission.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import { until } from "./until.ts";

type Event = { kind: string; actor: string | null; data: Record<string, unknown> };

/** @param explain what to print about the workers when a job does not get where the test waits for it. */
export function createJobDriver(db: Database, explain: () => unknown) {
  const stored = createRecords(db);

  async function job(id: number): Promise<Job> {
    const found = await findJob(db, id);
    if (found === undefined) throw new Error(`job ${id} does not exist`);
    return found.job;
  }

  async function untilJob(id: number, what: string, condition: (job: Job) => boolean): Promise<Job> {
    let last: Job | undefined;
    const check = async () => {
      last = await job(id).catch(() => undefined);
      return last !== undefined && condition(last) && last;
    };
    return until(what, check, { everyMs: 25 }).catch(async (cause: unknown) => {
      const { state, outcome, interactions, signals } = last ?? {};
      const lines = (await stored.lines(id)).slice(-10);
      const facts = { state, outcome, interactions, signals, lines, logs: explain() };
      throw new Error(`job ${id}: ${String(cause)}\n${JSON.stringify(facts, null, 1)}`, { cause });
    });
  }

  function ended(id: number, expected?: Outcome): Promise<Job> {
    return untilJob(id, "its end", ({ outcome }) => {
      if (outcome === null) return false;
      if (expected !== undefined && outcome !== expected) {
        throw new Error(`job ${id} ended as ${outcome}, not ${expected}`);
      }
      return true;
    });
  }

  return {
    job,
    untilJob,
    ended,
    /** Waits for the end of a script that prints nothing about a deployment: it exits with this code. */
    async exited(id: number, code = 0): Promise<Job> {
      const seen = await ended(id);
      if (seen.exitCode === code) return seen;
      throw new Error(`job ${id} ended as ${seen.outcome} with ${seen.exitCode}, not ${code}`);
    },
    /** Waits for the pending question with this text. */
    async asks(id: number, text = ""): Promise<Interaction> {
      const { pendingInteraction } = await untilJob(id, `the question "${text}"`, (seen) => {
        if (seen.outcome !== null) throw new Error(`the job ended as ${seen.outcome}`);
        return seen.pendingInteraction?.message.includes(text) === true;
      });
      if (pendingInteraction === null) throw new Error("unreachable");
      return pendingInteraction;
    },
    answer({ id, jobId }: Interaction, value: AnswerValue, by = "deployer"): Promise<Interaction> {
      return answerInteraction({ db, policy: NO_POLICY }, person(by), { jobId, interactionId: id, value });
    },
    signal(id: number, kind: SignalKind, by = "deployer"): Promise<{ id: number }> {
      return signalJob({ db }, person(by), { jobId: id, kind });
    },
    ...stored,
  };
}

/** What the worker has stored of a job's output, and the events of its history. */
function createRecords(db: Database) {
  return {
    async lines(id: number): Promise<string[]> {
      return (await listLines(db, id, 1, 1_000_000)).map((line) => line.text);
    },
    /** All stored bytes of the terminal output. */
    async raw(id: number): Promise<Buffer> {
      const text = "select raw from spiderpig.output_chunk where job_id = $1 order by seq";
      return Buffer.concat((await query<{ raw: Buffer }>(db, text, [id])).map((row) => row.raw));
    },
    events(id: number): Promise<Event[]> {
      const text = "select kind, actor, data from spiderpig.job_event where job_id = $1 order by seq";
      return query(db, text, [id]);
    },
  };
}

export function person(name: string): User {
  return { id: name, name, role: "deployer" };
}
