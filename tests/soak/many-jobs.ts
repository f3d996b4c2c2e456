// Runs many short jobs on one worker. Afterwards no process, file, socket or message may be left.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { query } from "#lib/db/connection.ts";
import type { Stack, WorkerProcess } from "../support/stack.ts";
import { until } from "../support/until.ts";
import {
  childrenOf,
  type Descriptors,
  descriptorsOf,
  megabytes,
  ownMemory,
  socketsBelow,
} from "./process.ts";

/** Concurrent jobs; each has a lane of its own. */
const LANES = 4;
/** Connections of a worker: its pool, its queue, its listener, and the queue's. */
const CONNECTIONS_MAX = 16;
/** Allowed growth of the minimum from the sixth to the last tenth: before, V8 extends its heap. */
const GROWTH_BYTES_MAX = 12 * 1024 * 1024;
/** With fewer jobs the minimum of a tenth is not meaningful. */
const JOBS_FOR_MEMORY = 300;
const SETTLED = { everyMs: 50 };
const SAMPLES_COUNT = 10;
const POLL_MS = 50;
const MINUTE_MS = 60_000;

/** A job that ends by itself, one that is asked, answered or interrupted, a long one, one that leaves a process behind. */
const SCRIPTS = [
  "echo one; echo two",
  `read -p "Go on? [y/N]: " a; echo "got:$a"`,
  "echo fails >&2; exit 3",
  "seq 1 5000",
  "(sleep 300 &) ; echo left a process",
  "trap 'exit 130' INT; echo waits for a signal; sleep 300 & wait",
  `printf '12:00:00 Started a phase\\n'; for i in 1 2 3; do printf 'part %d\\r' $i; done; echo`,
];

export type SoakResult = { violations: string[]; measurements: string[] };

/** @param options.minutes spreads the jobs over this time; 0: each lane starts the next one at once. */
export async function runManyJobs(
  stack: Stack,
  worker: WorkerProcess,
  options: { jobs: number; minutes?: number; say: (line: string) => void },
): Promise<SoakResult> {
  const { jobs, minutes = 0, say } = options;
  const started = performance.now();
  const memory: number[] = [];
  const descriptors: number[] = [];
  const ids: number[] = [];
  let next = 0;
  const runLane = async (lane: string, upTo: number): Promise<void> => {
    while (next < upTo) {
      const index = next;
      next += 1;
      const dueMs = (index * minutes * MINUTE_MS) / jobs;
      await sleep(Math.max(0, dueMs - (performance.now() - started)));
      ids.push(await runOne(stack, index, lane));
      memory.push(ownMemory(worker.pid));
      descriptors.push(totalOf(descriptorsOf(worker.pid)));
      if (memory.length % Math.ceil(jobs / 20) === 0) {
        say(`${memory.length} jobs, ${seconds(started)} s: worker ${megabytes(memory.at(-1) ?? 0)}`);
      }
    }
  };
  const runUpTo = (upTo: number) =>
    Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(`soak-${lane}`, upTo)));

  await runUpTo(Math.ceil(jobs / 10));
  const early = await atRest(stack, worker, ids);
  await runUpTo(jobs);
  const late = await atRest(stack, worker, ids);

  const least = (from: number, to: number) =>
    Math.min(...memory.slice(Math.floor(jobs * from), Math.ceil(jobs * to)));
  const [before, after] = [least(0.5, 0.6), least(0.9, 1)];
  const violations = [...late.violations];
  for (const kind of ["unix", "terminals", "others"] as const) {
    if (late.descriptors[kind] !== early.descriptors[kind]) {
      violations.push(`descriptors (${kind}): ${early.descriptors[kind]}, later ${late.descriptors[kind]}`);
    }
  }
  if (late.descriptors.tcp > CONNECTIONS_MAX) violations.push(`${late.descriptors.tcp} connections are open`);
  if (jobs >= JOBS_FOR_MEMORY && after - before > GROWTH_BYTES_MAX) {
    violations.push(`the worker grew from ${megabytes(before)} to ${megabytes(after)}`);
  }
  return {
    violations,
    measurements: [
      `${jobs} jobs in ${seconds(started)} s`,
      `descriptors of the worker at rest after a tenth: ${shown(early.descriptors)}; at the end: ${shown(late.descriptors)}`,
      `memory of the worker, least in the sixth tenth: ${megabytes(before)}; least in the last: ${megabytes(after)}; most: ${megabytes(Math.max(...memory))}`,
      `by fifths of the jobs: memory at least ${fifthsOf(memory).map(megabytes).join(", ")}; descriptors while jobs run, at least ${fifthsOf(descriptors).join(", ")}`,
    ],
  };
}

async function runOne(stack: Stack, index: number, lane: string): Promise<number> {
  const script = SCRIPTS[index % SCRIPTS.length] ?? "";
  const id = await stack.runScript(script, { lane });
  if (script.startsWith("read")) await stack.answer(await stack.asks(id), true);
  if (script.startsWith("trap")) {
    await stack.untilJob(id, "its line", (job) => job.totalLines > 0);
    await stack.signal(id, "interrupt_group");
  }
  await stack.ended(id);
  return id;
}

/** Waits until nothing is left; what remains is a violation. */
async function atRest(
  stack: Stack,
  worker: WorkerProcess,
  ids: readonly number[],
): Promise<{ violations: string[]; descriptors: Descriptors }> {
  let violations = await findLeft(stack, worker, ids);
  await until(
    "nothing to be left",
    async () => (violations = await findLeft(stack, worker, ids)).length === 0,
    SETTLED,
  ).catch(() => undefined);
  return { violations, descriptors: await leastDescriptors(worker.pid) };
}

/** The minimum of several samples, because a worker opens files from time to time. */
async function leastDescriptors(pid: number): Promise<Descriptors> {
  let least = descriptorsOf(pid);
  for (let samples = 1; samples < SAMPLES_COUNT; samples += 1) {
    await sleep(POLL_MS);
    const { unix, tcp, terminals, others } = descriptorsOf(pid);
    least = {
      unix: Math.min(least.unix, unix),
      tcp: Math.min(least.tcp, tcp),
      terminals: Math.min(least.terminals, terminals),
      others: Math.min(least.others, others),
    };
  }
  return least;
}

async function findLeft(stack: Stack, worker: WorkerProcess, ids: readonly number[]): Promise<string[]> {
  const violations: string[] = [];
  const children = childrenOf(worker.pid);
  const zombies = children.filter(({ isZombie }) => isZombie).length;
  if (zombies > 0) violations.push(`${zombies} children of the worker are zombies`);
  // The spare holder.
  if (children.length !== 1) violations.push(`the worker has ${children.length} children`);
  const processes = stack.processes().filter(({ pid }) => pid !== worker.pid);
  const strangers = processes.filter(({ pid }) => !children.some((child) => child.pid === pid));
  for (const { pid, command } of strangers) violations.push(`still running: process ${pid}, ${command}`);
  for (const path of socketsBelow(stack.dataDir)) violations.push(`still open: ${path}`);
  for (const id of ids) {
    const directory = join(stack.dataDir, "jobs", String(id));
    const files = existsSync(directory) ? readdirSync(directory) : [];
    if (files.join(" ") !== "holder.json") violations.push(`job ${id} left: ${files.join(", ")}`);
  }
  const terminals = descriptorsOf(worker.pid).terminals;
  if (terminals > 0) violations.push(`the worker has ${terminals} terminals open`);
  const [messages] = await query<{ count: number }>(
    stack.db,
    "select count(*)::integer as count from pgboss.job where state not in ('completed', 'cancelled')",
  );
  if (messages?.count !== 0) violations.push(`${messages?.count} messages are pending`);
  return violations;
}

/** The minimum of each fifth of the samples. */
function fifthsOf(samples: readonly number[]): number[] {
  const bounds = [0, 1, 2, 3, 4].map((fifth) => Math.floor((samples.length * fifth) / 5));
  return bounds.map((from, fifth) => Math.min(...samples.slice(from, bounds[fifth + 1])));
}

function totalOf({ unix, tcp, terminals, others }: Descriptors): number {
  return unix + tcp + terminals + others;
}

function shown({ unix, tcp, terminals, others }: Descriptors): string {
  return `${unix} Unix sockets, ${tcp} connections, ${terminals} terminals, ${others} others`;
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}
