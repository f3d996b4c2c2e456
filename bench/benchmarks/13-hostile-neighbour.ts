// How much a job slows down while a job of another lane prints hostile output as fast as it can. All jobs of a worker
// share its thread.
import { writeFileSync } from "node:fs";
import { query } from "#lib/db/connection.ts";
import { inProject } from "../../scripts/root.ts";
import { median } from "../measure/quantiles.ts";
import { latencyRow, type Row, valueRow } from "../measure/result.ts";
import { until } from "../until.ts";
import { untilEnded } from "../installation/jobs.ts";
import { untilSpareReady } from "../installation/spare.ts";
import type { Installation } from "../installation/installation.ts";
import type { Benchmark } from "./benchmark.ts";

const ROUNDS = 15;
const RATIO_MAX = 2;
/** More than the worker can process during the measurement. */
const FLOOD_BYTES = 400_000_000;
const FLOODING_BYTES = 1_000_000;
const EVERY_MS = 2;

type Round = { askedMs: number; endedMs: number };

export const hostileNeighbour: Benchmark = {
  number: 13,
  name: "a job beside one that prints hostile output",
  async run(installation) {
    const modeFile = installation.newReport();
    const program = inProject("bench/programs/neighbour.ts");
    const worker = await installation.startWorker([process.execPath, program, modeFile, String(FLOOD_BYTES)]);
    writeFileSync(modeFile, "ask");
    await measure(installation, worker.pid, 3);
    const alone = await measure(installation, worker.pid, ROUNDS);
    writeFileSync(modeFile, "flood");
    const { job } = await installation.client.createJob("bench-hostile");
    await until("the flood", async () => (await storedBytes(installation, job.id)) > FLOODING_BYTES);
    writeFileSync(modeFile, "ask");
    const beside = await measure(installation, worker.pid, ROUNDS);
    if (await hasEnded(installation, job.id)) throw new Error("the flood ended before the measurement");
    await installation.client.send("POST", `/api/jobs/${job.id}/signals`, { kind: "kill" });
    return [
      ...rows("queued → its question in the database", alone, beside, ({ askedMs }) => askedMs),
      ...rows("answered → ended", alone, beside, ({ endedMs }) => endedMs),
    ];
  },
};

function rows(
  what: string,
  alone: readonly Round[],
  beside: readonly Round[],
  of: (round: Round) => number,
): Row[] {
  const times = { alone: alone.map(of), beside: beside.map(of) };
  const ratio = median(times.beside) / median(times.alone);
  return [
    latencyRow({ benchmark: 13, name: `a job alone: ${what}` }, times.alone),
    latencyRow({ benchmark: 13, name: `beside hostile output: ${what}` }, times.beside),
    valueRow(
      { benchmark: 13, name: `${what}: beside hostile output, compared with alone`, unit: "×" },
      [ratio],
      RATIO_MAX,
    ),
  ];
}

async function measure(installation: Installation, workerPid: number, rounds: number): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await untilSpareReady(workerPid);
    measured.push(await deploy(installation));
  }
  return measured;
}

async function deploy(installation: Installation): Promise<Round> {
  const createdAt = performance.now();
  const { job } = await installation.client.createJob("bench-quiet");
  const interactionId = await until("the question", () => pendingId(installation, job.id), {
    everyMs: EVERY_MS,
  });
  const askedAt = performance.now();
  await installation.client.answer(job.id, interactionId, true);
  await until("the end", () => hasEnded(installation, job.id), { everyMs: EVERY_MS });
  const endedAt = performance.now();
  await untilEnded(installation, job.id);
  return { askedMs: askedAt - createdAt, endedMs: endedAt - askedAt };
}

async function pendingId({ db }: Installation, jobId: number): Promise<number | undefined> {
  const [row] = await query<{ id: number }>(
    db,
    "select id from spiderpig.interaction where job_id = $1 and state = 'pending'",
    [jobId],
  );
  return row?.id;
}

async function hasEnded({ db }: Installation, jobId: number): Promise<boolean> {
  const rows = await query(db, "select from spiderpig.job where id = $1 and finished_at is not null", [
    jobId,
  ]);
  return rows.length > 0;
}

async function storedBytes({ db }: Installation, jobId: number): Promise<number> {
  const [row] = await query<{ bytes: number }>(
    db,
    "select output_bytes::float8 as bytes from spiderpig.job where id = $1",
    [jobId],
  );
  return row?.bytes ?? 0;
}
