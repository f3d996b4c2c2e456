// The phases of a job: the intervals between scap's `Started …` and `Finished …`.
import type { PhaseChange } from "../domain/phase.ts";
import type { Database, Transaction } from "./connection.ts";
import { appendEvent, type NewEvent } from "./events.ts";
import { firstRow, integer, onlyRow, type RowOf, rows, statement, text, timestamptz } from "./statement.ts";

/** How many earlier runs an estimate comes from, and how few are enough for one. */
const RUNS_MAX = 20;
const RUNS_MIN = 3;

const ms = (interval: string): string => `extract(epoch from ${interval}) * 1000`;

/** The part of an interaction \`i\` between two times in which scap waited for people. */
const waited = (from: string, to: string): string =>
  `coalesce(sum(greatest(least(i.ended_at, ${to}) - greatest(i.asked_at, ${from}), interval '0')), interval '0')`;

const median = (of: string): string => `round(percentile_cont(0.5) within group (order by ${of}))`;

/**
 * The usual times of the phase \`started\`, from its last runs in jobs with the same estimate key: one range of the index phase_history,
 * whatever the number of jobs. percentile_cont ignores nulls.
 */
const USUAL = `
  select case when count(*) >= ${RUNS_MIN} then jsonb_build_object(
    'runs', count(*),
    'medianMs', ${median("run.took")},
    'p90Ms', round(percentile_cont(0.9) within group (order by run.took)),
    'restMs', case when count(run.rest) >= ${RUNS_MIN} then ${median("run.rest")} end,
    'questionMs', case when count(run.question) * 2 > count(*) then ${median("run.question")} end
  ) end as usual
  from (
    select ${ms("earlier.finished_at - earlier.started_at - w.inside")} as took,
           case when j.state = 'succeeded' then ${ms("j.finished_at - earlier.started_at - w.after_start")} end as rest,
           ${ms("w.next_asked_at - earlier.started_at")} as question
    from (
      select e.job_id, e.started_at, e.finished_at
      from spiderpig.phase e
      where e.estimate_key = started.estimate_key and e.title = started.title and e.occurrence = started.occurrence
        and e.job_id < started.job_id and e.finished_at is not null
      order by e.job_id desc
      limit ${RUNS_MAX}
    ) earlier
    join spiderpig.job j on j.id = earlier.job_id
    cross join lateral (
      select ${waited("earlier.started_at", "earlier.finished_at")} as inside,
             ${waited("earlier.started_at", "j.finished_at")} as after_start,
             min(i.asked_at) filter (where i.asked_at >= earlier.started_at) as next_asked_at
      from spiderpig.interaction i
      where i.job_id = earlier.job_id and i.ended_at is not null
    ) w
  ) run`;

/** Exported for the test of its plan. */
export const START_PHASE = `
  insert into spiderpig.phase
    (job_id, id, name, depth, started_at, first_line, estimate_key, occurrence, usual)
  select started.job_id, $2, $3, $4, $5, $6, started.estimate_key, started.occurrence, u.usual
  from (
    select j.id as job_id, j.operation ->> 'estimateKey' as estimate_key, split_part($3, ': ', 1) as title,
           (select count(*)::integer + 1
            from spiderpig.phase p
            where p.job_id = j.id and p.title = split_part($3, ': ', 1)) as occurrence
    from spiderpig.job j
    where j.id = $1
  ) started
  cross join lateral (${USUAL}) u`;

const FINISH_PHASE = statement(
  { title: text, startedAt: timestamptz },
  `update spiderpig.phase set finished_at = greatest($3, started_at), last_line = greatest($4, first_line)
   where job_id = $1 and id = $2 and finished_at is null
   returning title, started_at as "startedAt"`,
);

export async function storePhase(tx: Transaction, jobId: number, change: PhaseChange): Promise<void> {
  let measured: NewEvent["measured"];
  if (change.change === "started") {
    const { id, name, depth, at, line } = change;
    await tx.execute(START_PHASE, [jobId, id, name, depth, at, line]);
  } else {
    const phase = await firstRow(tx, FINISH_PHASE, [jobId, change.id, change.at, change.line]);
    measured = phase === undefined ? undefined : { since: phase.startedAt, phase: phase.title };
  }
  await appendEvent(tx, jobId, {
    kind: change.change === "started" ? "phase_started" : "phase_finished",
    phaseId: change.id,
    at: change.at,
    ...(measured === undefined ? {} : { measured }),
  });
}

const OPEN_PHASE = { id: integer, name: text, depth: integer };

const OPEN_PHASES = statement(
  OPEN_PHASE,
  "select id, name, depth from spiderpig.phase where job_id = $1 and finished_at is null order by id",
);

export async function listOpenPhases(db: Database, jobId: number): Promise<RowOf<typeof OPEN_PHASE>[]> {
  return rows(db, OPEN_PHASES, [jobId]);
}

const COUNT_PHASES = statement(
  { count: integer },
  "select count(*)::integer as count from spiderpig.phase where job_id = $1",
);

export async function countPhases(db: Database, jobId: number): Promise<number> {
  const { count } = await onlyRow(db, COUNT_PHASES, [jobId]);
  return count;
}
