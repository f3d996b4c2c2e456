// One round with two hosts: deployments run on both while workers are killed, cables to the database are pulled and
// hosts reboot. Nobody takes over what runs on another host; what was cut off goes on and catches up; what a reboot
// ended is lost, with everything that is known of it, as soon as a worker of that host is back.
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
import { processesOf } from "../../support/processes.ts";
import { type Random, randomFrom } from "../random.ts";
import { type CableEnd, createHost, type Host } from "./host.ts";

export type HostDeed = {
  deed: "kill worker" | "pull near end" | "pull far end" | "reboot";
  host: number;
  atMs: number;
  forMs: number;
};
export type HostsPlan = { seed: number; jobs: { lane: string; lines: number }[]; deeds: HostDeed[] };
export type HostsResult = { faults: string[]; outcomes: string[]; deeds: string[]; takeOvers: number };

const HOSTS = ["deploy1", "deploy2"] as const;
const LANES = 3;
const WITHIN_MS = 5000;
const ENDED_BOUND_MS = 240_000;
/** A database that is busy carries out late what it has received; after so long without a change it has. */
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
  const deeds = Array.from({ length: random.between(2, 4) }, (): HostDeed => {
    const deed = random.pick(["kill worker", "pull near end", "pull far end", "reboot"] as const);
    return {
      deed,
      host: random.between(0, 1),
      atMs: random.between(0, WITHIN_MS),
      forMs: deed.startsWith("pull") ? random.between(1000, 9000) : random.between(0, 4000),
    };
  });
  return { seed, jobs, deeds };
}

type Clean = Parameters<typeof startStack>[0];

export async function runHostsRound(
  plan: HostsPlan,
  clean: Clean,
  say: (line: string) => void,
): Promise<HostsResult> {
  const stack = await startStack(clean);
  const faults: string[] = [];
  const machines: Machine[] = [];
  for (const name of HOSTS) {
    const host = await createHost({ name, directory: stack.dataDir, databaseUrl: stack.url });
    clean(() => host.close());
    machines.push(await startMachine(stack, host));
  }
  let isOver = false;
  const random = randomFrom(plan.seed + 1);
  const people = [answerAll(stack, random, () => isOver), freeLanes(stack, () => isOver)];
  const wanted = new Map<number, { lines: number; truth: string }>();
  for (const [index, { lane, lines }] of plan.jobs.entries()) {
    const truth = join(stack.directory, `truth-${index}`);
    wanted.set(await stack.runScript(script(lines, truth), { lane }), { lines, truth });
  }
  await until("the first start", () => [...wanted.values()].some(({ truth }) => existsSync(truth)));

  /** Jobs that ran on a host when it went down, with the lines that had come to their holders. */
  const doomed = new Map<number, string[]>();
  const done: string[] = [];
  await Promise.all(
    plan.deeds.map(async ({ deed, host, atMs, forMs }) => {
      await sleep(atMs);
      const machine = machines[host];
      if (machine === undefined || !(await machine.exclusively(() => commit(machine)))) return;

      async function commit(one: Machine): Promise<void> {
        done.push(deed);
        say(`${deed} of ${one.host.name} for ${forMs} ms`);
        if (deed === "kill worker") await one.worker().die();
        else if (deed !== "reboot") {
          const end = deed === "pull near end" ? "near" : "far";
          return void faults.push(...(await cutOff(stack, one, end, forMs)));
        } else {
          await one.host.crash();
          for (const id of await liveJobs(stack, one.host.name)) doomed.set(id, heldLines(one.host, id));
        }
        await sleep(forMs);
        await one.startWorker();
      }
    }),
  );
  say("everything is healed");
  const jobs = await untilEnded(stack, [...wanted.keys()]);
  isOver = true;
  await Promise.all(people);
  for (const { host, worker } of machines) {
    for (const line of worker().log())
      if (line["level"] === "error") faults.push(`the worker of ${host.name} says: ${JSON.stringify(line)}`);
    await worker().stop();
  }
  await until("everything to be gone", () => processesOf(stack.dataDir).length === 0).catch(() => undefined);
  for (const { command } of processesOf(stack.dataDir)) faults.push(`still running: ${command}`);
  for (const job of jobs) {
    const { lines, truth } = wanted.get(job.id) ?? { lines: 0, truth: "" };
    faults.push(...(await jobFaults(stack, job, { lines, truth, held: doomed.get(job.id) })));
  }
  const takeOvers = await query(stack.db, "select from spiderpig.job_event where kind = 'job_taken_over'");
  return {
    faults,
    outcomes: jobs.map(({ outcome }) => outcome ?? "none"),
    deeds: done,
    takeOvers: takeOvers.length,
  };
}

type Machine = {
  host: Host;
  worker: () => WorkerProcess;
  startWorker(): Promise<void>;
  /** False when something is being done to it already. */
  exclusively(work: () => Promise<void>): Promise<boolean>;
};

async function startMachine(stack: Stack, host: Host): Promise<Machine> {
  let worker = await stack.startWorker(host.env, host.through());
  let isBusy = false;
  return {
    host,
    worker: () => worker,
    async startWorker() {
      worker = await stack.startWorker(host.env, host.through());
    },
    async exclusively(work) {
      if (isBusy) return false;
      isBusy = true;
      await work().finally(() => (isBusy = false));
      return true;
    },
  };
}

/** Prints, asks, prints: and writes down that it started, and every line. */
function script(lines: number, truth: string): string {
  return `
    echo "start $$" >> ${truth}
    count() { for i in $(seq $1 $2); do echo "line $i" >> ${truth}; echo "line $i"; sleep 0.01; done; }
    count 1 ${lines}; read -p "Go on? [y/N]: " a; echo "got:$a"; count ${lines + 1} ${2 * lines}`;
}

/** Without a cable the host's deployments are nobody else's: no row of theirs is touched until it is back. */
async function cutOff(
  stack: Stack,
  { host, worker }: Machine,
  end: CableEnd,
  forMs: number,
): Promise<string[]> {
  host.pullCable(end);
  const rows = () =>
    query<{ id: number; lease_epoch: number; worker_id: string; line_count: number }>(
      stack.db,
      `select id, lease_epoch, worker_id, line_count from spiderpig.job
       where host = $1 and finished_at is null order by id`,
      [host.name],
    );
  const before = await until("what was on its way to arrive", async () => {
    const seen = await rows();
    await sleep(SETTLED_MS);
    return JSON.stringify(await rows()) === JSON.stringify(seen) && seen;
  });
  await sleep(forMs);
  const after = await rows();
  host.plugIn();
  const faults = worker().isGone ? [`the worker of ${host.name} ended because it was cut off`] : [];
  if (JSON.stringify(before) === JSON.stringify(after)) return faults;
  return [
    ...faults,
    `somebody touched jobs of ${host.name}, which was cut off: ${JSON.stringify({ before, after })}`,
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

/** What was on its way from scap to the holder went down with both: on a busy machine any number of lines. */
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

async function freeLanes(stack: Stack, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const lost = await query<{ id: number }>(
      stack.db,
      "select id from spiderpig.job where state = 'lost' and lane_released_at is null",
    );
    for (const { id } of lost) await releaseLane(stack, ADMIN, { jobId: id, note: "looked at it" });
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
    { boundMs: ENDED_BOUND_MS, everyMs: 100 },
  ).catch(() => undefined);
  return jobs;
}

async function jobFaults(
  stack: Stack,
  job: Job,
  { lines, truth, held }: { lines: number; truth: string; held: string[] | undefined },
): Promise<string[]> {
  const faults: string[] = [];
  const { id, outcome, exitCode, host } = job;
  const written = existsSync(truth) ? readFileSync(truth, "utf8").split("\n").slice(0, -1) : [];
  const starts = written.filter((line) => line.startsWith("start ")).length;
  if (starts > 1 || (starts === 0 && outcome !== "holder_lost"))
    faults.push(`job ${id}: it was started ${starts} times`);
  const foreign = await query<{ host: string }>(
    stack.db,
    `select w.host from spiderpig.job_event e join spiderpig.worker w on w.id::text = e.data ->> 'workerId'
     where e.job_id = $1 and w.host <> $2`,
    [id, host],
  );
  if (foreign.length > 0) faults.push(`job ${id} of ${host}: a worker of ${foreign[0]?.host} took it over`);
  const stored = await stack.lines(id);
  if (exitCode === 0) {
    const count = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
    const expected = [...count(1, lines), "Go on? [y/N]: y", "got:y", ...count(lines + 1, 2 * lines)];
    if (stored.join("\n") !== expected.join("\n"))
      faults.push(`job ${id}: ${stored.length} lines are stored, ${expected.length} were written`);
    const deliveries = job.interactions.map(({ answer }) => answer?.delivery);
    if (deliveries.join() !== "consumed") faults.push(`job ${id}: its answers are ${deliveries.join()}`);
  } else if (outcome === "holder_lost") {
    if (held === undefined) faults.push(`job ${id} of ${host}: it is lost, and its host was never down`);
    const missing = held?.findIndex((line, index) => line !== stored[index]) ?? -1;
    if (missing !== -1)
      faults.push(`job ${id}: line ${missing + 1} of ${held?.length} is not known of the lost job`);
  } else faults.push(`job ${id} of ${host}: it is ${outcome ?? job.state}`);
  if (held !== undefined && exitCode === 0 && written.length < 2 * lines + 1)
    faults.push(`job ${id}: its host went down in the middle, and it counts as ended well`);
  return faults;
}
