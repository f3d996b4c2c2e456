// An unanswered question: memory, CPU and writes while it is open.
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { query } from "#lib/db/connection.ts";
import type { Stack, WorkerProcess } from "../support/stack.ts";
import { until } from "../support/until.ts";
import type { SoakResult } from "./many-jobs.ts";
import { childrenOf, descriptorsOf, megabytes, ownMemory, cpuSeconds } from "./process.ts";

/** Compiling and the first collections of garbage are over by then. */
const WARM_UP_MS = 20_000;
const SAMPLES = 20;
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;

type Sample = {
  events: number;
  messages: number;
  transactions: number;
  journalBytes: number;
  worker: number;
  holder: number;
  workerSeconds: number;
  holderSeconds: number;
  descriptors: number;
};

export async function runOpenPrompt(
  stack: Stack,
  worker: WorkerProcess,
  options: { minutes: number; say: (line: string) => void },
): Promise<SoakResult> {
  const { minutes, say } = options;
  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`, { lane: "patient" });
  const question = await stack.asks(id);
  const holder = stack.holder(id);
  if (holder === undefined) throw new Error("the job has no holder");
  await until("the holder of the next job", () => childrenOf(worker.pid).length === 2);
  await sleep(Math.min(WARM_UP_MS, (minutes * 60_000) / 4));
  const samples: Sample[] = [];
  const started = performance.now();
  for (let n = 0; n <= SAMPLES; n += 1) {
    if (n > 0) await sleep((minutes * 60_000) / SAMPLES);
    samples.push(await take(stack, id, worker.pid, holder.pid));
    const last = samples.at(-1);
    say(`open for ${Math.round((performance.now() - started) / 1000)} s: ${JSON.stringify(last)}`);
  }
  const hours = (performance.now() - started) / 3_600_000;
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error("no samples");
  const violations: string[] = [];
  for (const what of ["events", "messages", "journalBytes", "descriptors"] as const) {
    if (last[what] > first[what]) violations.push(`${what}: ${first[what]}, later ${last[what]}`);
  }
  const least = (who: "worker" | "holder", part: readonly Sample[]) =>
    Math.min(...part.map((sample) => sample[who]));
  const third = Math.ceil(samples.length / 3);
  for (const who of ["worker", "holder"] as const) {
    const growth = least(who, samples.slice(-third)) - least(who, samples.slice(0, third));
    if (growth > GROWTH_BYTES_MAX) violations.push(`the ${who} grew by ${megabytes(growth)}`);
  }
  await stack.answer(question, true);
  const job = await stack.exited(id);
  if (job.interactions.length !== 1) violations.push(`it was asked ${job.interactions.length} times`);
  return {
    violations,
    measurements: [
      `a question open for ${minutes} minutes: ${last.events - first.events} events, ${last.messages - first.messages} messages, ${last.journalBytes - first.journalBytes} bytes of journal and ${last.descriptors - first.descriptors} descriptors more`,
      `transactions of all processes: ${((last.transactions - first.transactions) / hours / 3600).toFixed(1)} a second`,
      `memory, first and last: worker ${megabytes(first.worker)}, ${megabytes(last.worker)}; holder ${megabytes(first.holder)}, ${megabytes(last.holder)}`,
      `processor: worker ${percent(last.workerSeconds - first.workerSeconds, hours)} %, holder ${percent(last.holderSeconds - first.holderSeconds, hours)} % of one`,
    ],
  };
}

function percent(spentSeconds: number, hours: number): string {
  return ((100 * spentSeconds) / (hours * 3600)).toFixed(2);
}

async function take(stack: Stack, id: number, worker: number, holder: number): Promise<Sample> {
  const [row] = await query<{ events: number; messages: number; transactions: number }>(
    stack.db,
    `select (select count(*) from spiderpig.job_event where kind <> 'interaction_reminded')::integer as events,
            (select count(*) from pgboss.job)::integer as messages,
            (select xact_commit + xact_rollback from pg_stat_database
             where datname = current_database())::float8 as transactions`,
  );
  if (row === undefined) throw new Error("no row");
  const { unix, terminals, others } = descriptorsOf(worker);
  return {
    ...row,
    journalBytes: statSync(join(stack.dataDir, "jobs", String(id), "journal")).size,
    worker: ownMemory(worker),
    holder: ownMemory(holder),
    workerSeconds: cpuSeconds(worker),
    holderSeconds: cpuSeconds(holder),
    descriptors: unix + terminals + others,
  };
}
