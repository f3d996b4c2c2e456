// Reads the facts that the checks compare: rows, recordings of scap, journals.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Database, query } from "#lib/db/connection.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { listLines } from "#lib/db/log.ts";
import type { AnswerValue, InteractionKind } from "#lib/domain/interaction.ts";
import type { DeliveryState } from "#lib/domain/interaction-mode.ts";
import type { Job } from "#lib/contract/job.ts";
import { findHolder, type HolderState, readHolderFile } from "../../holder/client/find-holder.ts";
import type { HolderFile } from "../../holder/protocol/job-directory.ts";
import { readJournal } from "../../holder/protocol/journal-reader.ts";
import type { HolderRecord } from "../../holder/protocol/messages.ts";
import { createProtocolKeys } from "../../worker/protocol-key.ts";
import type { PlannedJob } from "./plan.ts";
import { readRecordings, type ScapProcess } from "./recordings.ts";

export type StoredAnswer = {
  interactionId: number;
  kind: InteractionKind;
  message: string;
  value: AnswerValue | null;
  /** The text typed into the terminal; null for a secret. */
  typed: string | null;
  answeredBy: string;
  delivery: DeliveryState;
  settled: boolean;
};

export type StoredEvent = {
  seq: number;
  kind: string;
  at: Date;
  actor: string | null;
  data: Record<string, unknown>;
};

export type JobFacts = {
  id: number;
  planned: PlannedJob;
  job: Job;
  laneReleasedAt: Date | null;
  laneReleasedBy: string | null;
  eventSeq: number;
  events: StoredEvent[];
  answers: StoredAnswer[];
  raw: Buffer;
  lines: string[];
  holder: HolderState;
  holderFile: HolderFile | undefined;
  journal: HolderRecord[];
  protocolKey: string;
  /** The command, then its children. */
  processes: ScapProcess[];
};

export type RoundFacts = {
  dataDir: string;
  jobs: JobFacts[];
  /** All jobs in the lanes of the round. */
  jobCount: number;
  processes: ScapProcess[];
};

export async function readFacts(
  db: Database,
  options: {
    dataDir: string;
    recordDirectory: string;
    /** The directory with the copies of the journals. */
    journals: string;
    lanes: readonly string[];
    queued: ReadonlyMap<number, PlannedJob>;
  },
): Promise<RoundFacts> {
  const processes = readRecordings(options.recordDirectory);
  const keyOf = createProtocolKeys(options.dataDir);
  const rows = await query<{ id: number }>(
    db,
    "select id from spiderpig.job where lane = any($1) order by id",
    [options.lanes],
  );
  const jobs: JobFacts[] = [];
  for (const { id } of rows) {
    const planned = options.queued.get(id);
    if (planned === undefined) continue;
    jobs.push(await readJobFacts(db, id, planned, options, keyOf(id), processes));
  }
  return { dataDir: options.dataDir, jobs, jobCount: rows.length, processes };
}

async function readJobFacts(
  db: Database,
  id: number,
  planned: PlannedJob,
  { dataDir, journals }: { dataDir: string; journals: string },
  protocolKey: string,
  processes: readonly ScapProcess[],
): Promise<JobFacts> {
  const found = await findJob(db, id);
  if (found === undefined) throw new Error(`job ${id} not found`);
  const [row] = await query<{
    event_seq: number;
    lane_released_at: Date | null;
    lane_released_by: string | null;
  }>(db, "select event_seq, lane_released_at, lane_released_by from spiderpig.job where id = $1", [id]);
  const events = await query<StoredEvent>(
    db,
    "select seq, kind, at, actor, data from spiderpig.job_event where job_id = $1 order by seq",
    [id],
  );
  const answers = await query<StoredAnswer>(
    db,
    `select i.id as "interactionId", i.kind, i.message, a.value, a.answered_by as "answeredBy", a.delivery,
            a.settled_at is not null as settled,
            coalesce((select o->>'typed' from jsonb_array_elements(i.options) o where o->'value' = a.value),
                     a.value #>> '{}') as typed
     from spiderpig.interaction i
     join spiderpig.answer a on a.interaction_id = i.id
     where i.job_id = $1
     order by i.id`,
    [id],
  );
  const chunks = await query<{ raw: Buffer }>(
    db,
    "select raw from spiderpig.output_chunk where job_id = $1 order by seq",
    [id],
  );
  const directory = join(dataDir, "jobs", String(id));
  const holderFile = readHolderFile(directory);
  const command = processes.find(({ pid }) => pid === holderFile?.childPid);
  const children = processes.filter(({ ppid }) => ppid === command?.pid);
  return {
    id,
    planned,
    job: found.job,
    laneReleasedAt: row?.lane_released_at ?? null,
    laneReleasedBy: row?.lane_released_by ?? null,
    eventSeq: row?.event_seq ?? 0,
    events,
    answers,
    raw: Buffer.concat(chunks.map(({ raw }) => raw)),
    lines: (await listLines(db, id, 1, 1_000_000)).map(({ text }) => text),
    holder: await findHolder(dataDir, id),
    holderFile,
    // A job that was removed from the queue has no journal.
    journal: existsSync(join(journals, String(id))) ? [...readJournal(join(journals, String(id)), 0)] : [],
    protocolKey,
    processes: command === undefined ? [] : [command, ...children],
  };
}
