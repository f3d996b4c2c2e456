// One job with a lot of output: the memory of worker and holder must not depend on its size, and retention removes it.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { query } from "#lib/db/connection.ts";
import { sweepOutput } from "../../worker/retention.ts";
import type { Stack, WorkerProcess } from "../support/stack.ts";
import type { SoakResult } from "./many-jobs.ts";
import { megabytes, ownMemory } from "./process.ts";

const LINE = `of output, and some words to make it as long as lines of deployments are, which is about this: ${"-".repeat(20)}`;
/** Memory is sampled at this interval. */
const SAMPLE_MS = 250;
const WORKER_BYTES_MAX = 400 * 1024 * 1024;
const HOLDER_BYTES_MAX = 200 * 1024 * 1024;
/** Allowed growth of the peak from the first to the second half: garbage is collected late. */
const GROWTH_BYTES_MAX = 96 * 1024 * 1024;
const CHUNKS_PER_READ = 64;
/** Shorter than the time since the job ended. */
const MOMENT_DAYS = 1e-9;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export async function runLongJob(
  stack: Stack,
  worker: WorkerProcess,
  options: { bytes: number; say: (line: string) => void },
): Promise<SoakResult> {
  const { bytes, say } = options;
  const first = 100_000_000;
  const count = Math.ceil(bytes / lineOf(first).length);
  const started = performance.now();
  const id = await stack.runScript(`seq -f '%.0f ${LINE}' ${first} ${first + count - 1}`, { lane: "long" });
  await stack.untilJob(id, "its first line", (job) => job.totalLines > 0);
  const holder = stack.holder(id);
  if (holder === undefined) throw new Error("the job has no holder");
  const samples: { worker: number; holder: number }[] = [];
  let saidAt = 0;
  for (let job = await stack.job(id); job.outcome === null; job = await stack.job(id)) {
    samples.push({ worker: ownMemory(worker.pid), holder: ownMemory(holder.pid) });
    if (performance.now() - saidAt > 10_000) {
      saidAt = performance.now();
      const last = samples.at(-1);
      say(
        `${job.totalLines} lines, ${Math.round((saidAt - started) / 1000)} s: worker ${megabytes(last?.worker ?? 0)}, holder ${megabytes(last?.holder ?? 0)}`,
      );
    }
    await sleep(SAMPLE_MS);
  }
  const tookMs = performance.now() - started;
  const job = await stack.exited(id);
  const violations: string[] = [];
  if (job.totalLines !== count) violations.push(`${count} lines were printed, ${job.totalLines} are stored`);
  const stored = await digestOf(stack, id);
  const printed = createHash("sha256");
  for (let n = first; n < first + count; n += 1) printed.update(lineOf(n));
  if (stored.digest !== printed.digest("hex")) {
    violations.push("the stored bytes are not those that were printed");
  }
  const measurements = [
    `${stored.bytes} bytes in ${count} lines, stored after ${(tookMs / 1000).toFixed(1)} s (${megabytes((stored.bytes / tookMs) * 1000)} a second)`,
  ];
  for (const [who, bound] of [
    ["worker", WORKER_BYTES_MAX],
    ["holder", HOLDER_BYTES_MAX],
  ] as const) {
    const all = samples.map((sample) => sample[who]).filter((one) => one > 0);
    const half = Math.ceil(all.length / 2);
    const [early, late] = [Math.max(0, ...all.slice(0, half)), Math.max(0, ...all.slice(half))];
    measurements.push(
      `memory of the ${who}, most in the first half: ${megabytes(early)}; in the second: ${megabytes(late)} (${all.length} samples)`,
    );
    if (Math.max(early, late) > bound) violations.push(`the ${who} took ${megabytes(Math.max(early, late))}`);
    if (late - early > GROWTH_BYTES_MAX) {
      violations.push(`the ${who} grew from ${megabytes(early)} to ${megabytes(late)}`);
    }
  }
  const removingAt = performance.now();
  await sweepOutput({ db: stack.db, days: MOMENT_DAYS, log: SILENT, isStopping: () => false });
  measurements.push(
    `removed after its retention period in ${((performance.now() - removingAt) / 1000).toFixed(1)} s`,
  );
  const left = await digestOf(stack, id);
  if (left.bytes > 0) violations.push(`${left.bytes} bytes are left after the retention period`);
  return { violations, measurements };
}

/** As the terminal shows it. */
function lineOf(n: number): string {
  return `${n} ${LINE}\r\n`;
}

async function digestOf(stack: Stack, id: number): Promise<{ bytes: number; digest: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let after = 0;
  for (;;) {
    const rows = await query<{ seq: number; raw: Buffer }>(
      stack.db,
      "select seq, raw from spiderpig.output_chunk where job_id = $1 and seq > $2 order by seq limit $3",
      [id, after, CHUNKS_PER_READ],
    );
    for (const { seq, raw } of rows) {
      after = seq;
      bytes += raw.length;
      hash.update(raw);
    }
    if (rows.length === 0) return { bytes, digest: hash.digest("hex") };
  }
}
