// Many short jobs through one worker, and what is left of them afterwards: nothing may be.
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

/** As many at a time; each has a lane of its own. */
const LANES = 4;
/** Connections of a worker: its pool, its queue, its listener, and the queue's. */
const CONNECTIONS_MAX = 16;
/** What the least memory of the last tenth may be above that of the second tenth. */
const GROWTH_BYTES_MAX = 12 * 1024 * 1024;
/** A second tenth of fewer jobs says nothing about the least. */
const JOBS_FOR_MEMORY = 300;
const SETTLED = { everyMs: 50 };
const LOOKS = 10;
const LOOK_MS = 50;

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

export type Left = { faults: string[]; figures: string[] };

export async function runManyJobs(
  stack: Stack,
  worker: WorkerProcess,
  options: { jobs: number; say: (line: string) => void },
): Promise<Left> {
  const { jobs, say } = options;
  const started = performance.now();
  const memory: number[] = [];
  const ids: number[] = [];
  let next = 0;
  const runLane = async (lane: string, upTo: number): Promise<void> => {
    while (next < upTo) {
      const index = next;
      next += 1;
      ids.push(await runOne(stack, index, lane));
      memory.push(ownMemory(worker.pid));
      if (memory.length % Math.ceil(jobs / 20) === 0)
        say(`${memory.length} jobs, ${seconds(started)} s: worker ${megabytes(memory.at(-1) ?? 0)}`);
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
  const [before, after] = [least(0.1, 0.2), least(0.9, 1)];
  const faults = [...late.faults];
  for (const kind of ["unix", "terminals", "others"] as const)
    if (late.descriptors[kind] !== early.descriptors[kind])
      faults.push(`descriptors (${kind}): ${early.descriptors[kind]}, later ${late.descriptors[kind]}`);
  if (late.descriptors.tcp > CONNECTIONS_MAX) faults.push(`${late.descriptors.tcp} connections are open`);
  if (jobs >= JOBS_FOR_MEMORY && after - before > GROWTH_BYTES_MAX)
    faults.push(`the worker grew from ${megabytes(before)} to ${megabytes(after)}`);
  return {
    faults,
    figures: [
      `${jobs} jobs in ${seconds(started)} s`,
      `descriptors of the worker at rest after a tenth: ${shown(early.descriptors)}; at the end: ${shown(late.descriptors)}`,
      `memory of the worker, least in the second tenth: ${megabytes(before)}; least in the last: ${megabytes(after)}; most: ${megabytes(Math.max(...memory))}`,
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

/** Waits until nothing is under way any more; what does not go by then is a fault. */
async function atRest(
  stack: Stack,
  worker: WorkerProcess,
  ids: readonly number[],
): Promise<{ faults: string[]; descriptors: Descriptors }> {
  let faults = await findLeft(stack, worker, ids);
  await until(
    "nothing to be left",
    async () => (faults = await findLeft(stack, worker, ids)).length === 0,
    SETTLED,
  ).catch(() => undefined);
  return { faults, descriptors: await leastDescriptors(worker.pid) };
}

/** A worker looks into files now and then, and may have to let others run while it does. */
async function leastDescriptors(pid: number): Promise<Descriptors> {
  let least = descriptorsOf(pid);
  for (let looks = 1; looks < LOOKS; looks += 1) {
    await sleep(LOOK_MS);
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
  const faults: string[] = [];
  const children = childrenOf(worker.pid);
  const zombies = children.filter(({ isZombie }) => isZombie).length;
  if (zombies > 0) faults.push(`${zombies} children of the worker are zombies`);
  // The one that waits for the next job.
  if (children.length !== 1) faults.push(`the worker has ${children.length} children`);
  const processes = stack.processes().filter(({ pid }) => pid !== worker.pid);
  const strangers = processes.filter(({ pid }) => !children.some((child) => child.pid === pid));
  for (const { pid, command } of strangers) faults.push(`still running: process ${pid}, ${command}`);
  for (const path of socketsBelow(stack.dataDir)) faults.push(`still open: ${path}`);
  for (const id of ids) {
    const directory = join(stack.dataDir, "jobs", String(id));
    const files = existsSync(directory) ? readdirSync(directory) : [];
    if (files.join(" ") !== "holder.json") faults.push(`job ${id} has left: ${files.join(", ")}`);
  }
  const terminals = descriptorsOf(worker.pid).terminals;
  if (terminals > 0) faults.push(`the worker has ${terminals} terminals open`);
  const [messages] = await query<{ count: number }>(
    stack.db,
    "select count(*)::integer as count from pgboss.job where state not in ('completed', 'cancelled')",
  );
  if (messages?.count !== 0) faults.push(`${messages?.count} messages are not dealt with`);
  return faults;
}

function shown({ unix, tcp, terminals, others }: Descriptors): string {
  return `${unix} Unix sockets, ${tcp} connections, ${terminals} terminals, ${others} others`;
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}
