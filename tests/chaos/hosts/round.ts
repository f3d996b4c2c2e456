// One round with two hosts: deployments run on both while workers are killed, the network is cut and hosts reboot. No worker
// takes over jobs of another host; a host that was cut off continues and catches up; a job that a reboot ended is lost, with
// all its known output, as soon as a worker of its host is back.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { releaseLane } from "#lib/actions/release-lane.ts";
import { query } from "#lib/db/connection.ts";
import { AppError } from "#lib/errors.ts";
import type { Job } from "#lib/contract/job.ts";
import { readJournal } from "../../../holder/protocol/journal-reader.ts";
import { startStack, type Stack, type WorkerProcess } from "../../support/stack.ts";
import { until } from "../../support/until.ts";
import { processesOf } from "../../../scripts/processes.ts";
import { type Random, randomFrom } from "../random.ts";
import { type LinkEnd, createHost, type Host } from "./host.ts";
import { ORIGIN } from "../../support/origin.ts";

export type HostFault = {
  kind: "kill worker" | "cut near end" | "cut far end" | "reboot";
  host: number;
  atMs: number;
  durationMs: number;
};
export type HostsPlan = { seed: number; jobs: { lane: string; lines: number }[]; faults: HostFault[] };
export type HostsResult = { violations: string[]; outcomes: string[]; faults: string[]; takeOvers: number };

const HOSTS = ["deploy1", "deploy2"] as const;
const LANES = 3;
const WITHIN_MS = 5000;
const ENDED_TIMEOUT_MS = 240_000;
/** A busy database executes received statements late; after this long without a change it has finished. */
const SETTLED_MS = 500;
const ADMIN = { id: "admin", name: "admin", role: "admin" } as const;

export function planHostsRound(seed: number): HostsPlan {
  const random = randomFrom(seed);
  const jobs = Array.from({ length: LANES }, (_, lane) => lane).flatMap((lane) =>
    Array.from({ length: random.between(1, 2) }, () => ({
      lane: `lane-${lane}`,
      lines: random.between(60, 200),
    })),
  );
  const faults = Array.from({ length: random.between(2, 4) }, (): HostFault => {
    const kind = random.pick(["kill worker", "cut near end", "cut far end", "reboot"] as const);
    return {
      kind,
      host: random.between(0, 1),
      atMs: random.between(0, WITHIN_MS),
      durationMs: kind.startsWith("cut") ? random.between(1000, 9000) : random.between(0, 4000),
    };
  });
  return { seed, jobs, faults };
}

type Clean = Parameters<typeof startStack>[0];

export async function runHostsRound(
  plan: HostsPlan,
  clean: Clean,
  say: (line: string) => void,
): Promise<HostsResult> {
  const stack = await startStack(clean);
  const violations: string[] = [];
  const machines: Machine[] = [];
  for (const name of HOSTS) {
    const host = await createHost({ name, directory: stack.dataDir, databaseUrl: stack.url });
    clean(() => host.close());
    machines.push(await startMachine(stack, host));
  }
  let isOver = false;
  const random = randomFrom(plan.seed + 1);
  const users = [answerAll(stack, random, () => isOver), releaseLanes(stack, () => isOver)];
  const planned = new Map<number, { lines: number; record: string }>();
  for (const [index, { lane, lines }] of plan.jobs.entries()) {
    const record = join(stack.directory, `record-${index}`);
    planned.set(await stack.runScript(script(lines, record), { lane }), { lines, record });
  }
  await until("the first start", () => [...planned.values()].some(({ record }) => existsSync(record)));

  /** Jobs that ran on a crashed host, with the lines in their journals. */
  const crashed = new Map<number, string[]>();
  const done: string[] = [];
  await Promise.all(
    plan.faults.map(async ({ kind, host, atMs, durationMs }) => {
      await sleep(atMs);
      const machine = machines[host];
      if (machine === undefined || !(await machine.exclusively(() => injectFault(machine)))) return;

      async function injectFault(one: Machine): Promise<void> {
        done.push(kind);
        say(`${kind} of ${one.host.name} for ${durationMs} ms`);
        if (kind === "kill worker") {
          await one.worker().die();
        } else if (kind !== "reboot") {
          const end = kind === "cut near end" ? "near" : "far";
          return void violations.push(...(await cutOff(stack, one, end, durationMs)));
        } else {
          await one.host.crash();
          for (const id of await liveJobs(stack, one.host.name)) crashed.set(id, heldLines(one.host, id));
        }
        await sleep(durationMs);
        await one.startWorker();
      }
    }),
  );
  say("all hosts are restored");
  const jobs = await untilEnded(stack, [...planned.keys()]);
  isOver = true;
  await Promise.all(users);
  for (const { host, worker } of machines) {
    for (const line of worker().log()) {
      if (line["log.level"] === "error") {
        violations.push(`the worker of ${host.name} logged: ${JSON.stringify(line)}`);
      }
    }
    await worker().stop();
  }
  await until("all processes to exit", () => processesOf(stack.dataDir).length === 0).catch(() => undefined);
  for (const { command } of processesOf(stack.dataDir)) violations.push(`still running: ${command}`);
  for (const job of jobs) {
    const { lines, record } = planned.get(job.id) ?? { lines: 0, record: "" };
    violations.push(...(await jobViolations(stack, job, { lines, record, held: crashed.get(job.id) })));
  }
  const takeOvers = await query(stack.db, "select from spiderpig.job_event where kind = 'job_taken_over'");
  return {
    violations,
    outcomes: jobs.map(({ outcome }) => outcome ?? "none"),
    faults: done,
    takeOvers: takeOvers.length,
  };
}

type Machine = {
  host: Host;
  worker: () => WorkerProcess;
  startWorker(): Promise<void>;
  /** False when a fault is active already. */
  exclusively(work: () => Promise<void>): Promise<boolean>;
};

async function startMachine(stack: Stack, host: Host): Promise<Machine> {
  let worker = await stack.startWorker(host.env, host.commandPrefix());
  let isBusy = false;
  return {
    host,
    worker: () => worker,
    async startWorker() {
      worker = await stack.startWorker(host.env, host.commandPrefix());
    },
    async exclusively(work) {
      if (isBusy) return false;
      isBusy = true;
      await work().finally(() => (isBusy = false));
      return true;
    },
  };
}

/** Prints lines, asks, and prints lines; records its start and every line in a file. */
function script(lines: number, record: string): string {
  return `
    echo "start $$" >> ${record}
    count() { for i in $(seq $1 $2); do echo "line $i" >> ${record}; echo "line $i"; sleep 0.01; done; }
    count 1 ${lines}; read -p "Go on? [y/N]: " a; echo "got:$a"; count ${lines + 1} ${2 * lines}`;
}

/** Cuts the network of a host. Until it is back, no row of its jobs may change. */
async function cutOff(
  stack: Stack,
  { host, worker }: Machine,
  end: LinkEnd,
  durationMs: number,
): Promise<string[]> {
  host.disconnect(end);
  const rows = () =>
    query<{ id: number; lease_epoch: number; worker_id: string; line_count: number }>(
      stack.db,
      `select id, lease_epoch, worker_id, line_count from spiderpig.job
       where host = $1 and finished_at is null order by id`,
      [host.name],
    );
  const before = await until("received statements to finish", async () => {
    const seen = await rows();
    await sleep(SETTLED_MS);
    return JSON.stringify(await rows()) === JSON.stringify(seen) && seen;
  });
  await sleep(durationMs);
  const after = await rows();
  host.reconnect();
  const violations = worker().isGone ? [`the worker of ${host.name} ended because it was cut off`] : [];
  if (JSON.stringify(before) === JSON.stringify(after)) return violations;
  return [
    ...violations,
    `jobs of ${host.name} changed while it was cut off: ${JSON.stringify({ before, after })}`,
  ];
}

async function liveJobs(stack: Stack, host: string): Promise<number[]> {
  const rows = await query<{ id: number }>(
    stack.db,
    "select id from spiderpig.job where host = $1 and finished_at is null",
    [host],
  );
  return rows.map(({ id }) => id);
}

/** The lines in the journal. Lines between scap and the holder are lost with both. */
function heldLines({ dataDir }: Host, jobId: number): string[] {
  const output = [...readJournal(join(dataDir, "jobs", String(jobId)), 0)].flatMap((record) =>
    record.kind === "output" ? [record.bytes] : [],
  );
  return Buffer.concat(output).toString().split("\r\n").slice(0, -1);
}

async function answerAll(stack: Stack, random: Random, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const pending = await query<{ id: number; job_id: number }>(
      stack.db,
      "select id, job_id from spiderpig.interaction where state = 'pending'",
    );
    for (const { id, job_id } of pending) {
      const question = (await stack.job(job_id)).interactions.find((one) => one.id === id);
      if (question === undefined || random.chance(0.3)) continue;
      await stack.answer(question, true).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
      });
    }
    await sleep(100);
  }
}

async function releaseLanes(stack: Stack, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const lost = await query<{ id: number }>(
      stack.db,
      "select id from spiderpig.job where state = 'lost' and lane_released_at is null",
    );
    for (const { id } of lost) {
      await releaseLane({ ...stack, origin: ORIGIN }, ADMIN, { jobId: id, note: "checked" });
    }
    await sleep(200);
  }
}

async function untilEnded(stack: Stack, ids: readonly number[]): Promise<Job[]> {
  let jobs: Job[] = [];
  await until(
    "the end of all deployments",
    async () => {
      jobs = await Promise.all(ids.map((id) => stack.job(id)));
      return jobs.every(({ outcome }) => outcome !== null);
    },
    { timeoutMs: ENDED_TIMEOUT_MS, everyMs: 100 },
  ).catch(() => undefined);
  return jobs;
}

async function jobViolations(
  stack: Stack,
  job: Job,
  { lines, record, held }: { lines: number; record: string; held: string[] | undefined },
): Promise<string[]> {
  const violations: string[] = [];
  const { id, outcome, exitCode, host } = job;
  const written = existsSync(record) ? readFileSync(record, "utf8").split("\n").slice(0, -1) : [];
  const starts = written.filter((line) => line.startsWith("start ")).length;
  if (starts > 1 || (starts === 0 && outcome !== "holder_lost")) {
    violations.push(`job ${id}: it was started ${starts} times`);
  }
  const foreign = await query<{ host: string }>(
    stack.db,
    `select w.host from spiderpig.job_event e join spiderpig.worker w on w.id::text = e.data ->> 'workerId'
     where e.job_id = $1 and w.host <> $2`,
    [id, host],
  );
  if (foreign.length > 0) {
    violations.push(`job ${id} of ${host}: a worker of ${foreign[0]?.host} took it over`);
  }
  const stored = await stack.lines(id);
  if (exitCode === 0) {
    const count = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
    const expected = [...count(1, lines), "Go on? [y/N]: y", "got:y", ...count(lines + 1, 2 * lines)];
    if (stored.join("\n") !== expected.join("\n")) {
      violations.push(`job ${id}: ${stored.length} lines are stored, ${expected.length} were written`);
    }
    const deliveries = job.interactions.map(({ answer }) => answer?.delivery);
    if (deliveries.join() !== "consumed") violations.push(`job ${id}: its answers are ${deliveries.join()}`);
  } else if (outcome === "holder_lost") {
    if (held === undefined) violations.push(`job ${id} of ${host}: it is lost, but its host did not crash`);
    const missing = held?.findIndex((line, index) => line !== stored[index]) ?? -1;
    if (missing !== -1) {
      violations.push(`job ${id}: line ${missing + 1} of ${held?.length} is missing from the lost job`);
    }
  } else {
    violations.push(`job ${id} of ${host}: it is ${outcome ?? job.state}`);
  }
  if (held !== undefined && exitCode === 0 && written.length < 2 * lines + 1) {
    violations.push(`job ${id}: its host crashed during the job, but the job succeeded`);
  }
  return violations;
}
