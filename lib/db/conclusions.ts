// The conclusion about a job that has ended: how far its changes came, why it ended, and who decided. The outcome itself is
// written with the state (runs.ts), in the same transaction.
import type { PastQuestion, PastSignal } from "../domain/decision.ts";
import { type Evidence, NO_EVIDENCE } from "../domain/evidence.ts";
import type { Outcome } from "../domain/job.ts";
import type { EvidenceRule } from "../domain/operation.ts";
import { type Conclusion, conclude, type Exit } from "../domain/outcome.ts";
import type { Transaction } from "./connection.ts";
import { signalKind } from "./enums.ts";
import {
  boolean,
  enumOf,
  firstRow,
  integer,
  json,
  jsonb,
  notNull,
  nullable,
  onlyRow,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

/**
 * Draws the conclusion and stores it. The caller holds the job's lock, has settled its answers and signals, and ends the
 * job in this transaction.
 * @param known the outcome, where the exit status does not decide it.
 */
export async function concludeJob(
  tx: Transaction,
  jobId: number,
  exit: Exit,
  evidence: Evidence,
  known?: Outcome,
): Promise<Outcome> {
  const past = { questions: await listPastQuestions(tx, jobId), signals: await listPastSignals(tx, jobId) };
  const rule = await readEvidenceRule(tx, jobId);
  const concluded = conclude({ exit, rule, known }, evidence, past);
  await writeConclusion(tx, jobId, concluded, evidence.endedProcesses);
  return concluded.outcome;
}

const EVIDENCE_RULE = statement(
  { rule: notNull(jsonb<EvidenceRule>()) },
  "select operation -> 'evidence' as rule from spiderpig.job where id = $1",
);

/** What the outcome `completed` requires. */
async function readEvidenceRule(tx: Transaction, jobId: number): Promise<EvidenceRule> {
  const { rule } = await onlyRow(tx, EVIDENCE_RULE, [jobId]);
  return rule;
}

const EVIDENCE = statement(
  { evidence: nullable(jsonb<Evidence>()) },
  "select evidence from spiderpig.job where id = $1",
);

/** The evidence in the output that is stored so far. */
export async function readEvidence(tx: Transaction, jobId: number): Promise<Evidence> {
  const row = await firstRow(tx, EVIDENCE, [jobId]);
  return row?.evidence ?? NO_EVIDENCE;
}

/** The evidence is deleted: it quotes output, which must not outlive its retention period. */
async function writeConclusion(
  tx: Transaction,
  jobId: number,
  concluded: Conclusion,
  endedProcesses: readonly string[],
): Promise<void> {
  const { decision } = concluded;
  await tx.execute(
    `update spiderpig.job
     set reached = $2, reach_is_partial = $3, is_approved = $4, reason = $5, reason_code = $6, error_line = $7,
         decided_by = $8, decisive_interaction_id = $9, decisive_signal_id = $10, ignored_checks = $11::integer[],
         ended_processes = $12::text[], evidence = null
     where id = $1`,
    [
      jobId,
      concluded.reached,
      concluded.isPartial,
      concluded.isApproved,
      concluded.reason,
      concluded.reasonCode,
      concluded.errorLine,
      decision?.user ?? null,
      decision?.interactionId ?? null,
      decision?.signalId ?? null,
      concluded.ignoredChecks,
      endedProcesses,
    ],
  );
  for (const [number, patchSet] of Object.entries(concluded.mergedPatchSets)) {
    await tx.execute(
      `update spiderpig.change set merged_patch_set = $3
       where job_id = $1 and number = $2 and patch_set is distinct from $3`,
      [jobId, Number(number), patchSet],
    );
  }
}

const PAST_QUESTIONS = statement(
  {
    id: integer,
    hasOptions: boolean,
    askedAt: timestamptz,
    endedAt: nullable(timestamptz),
    answer: nullable(json<NonNullable<PastQuestion["answer"]>>()),
  },
  `select i.id, jsonb_array_length(i.options) > 0 as "hasOptions", i.asked_at as "askedAt", i.ended_at as "endedAt",
          case when a.interaction_id is not null then json_build_object(
            'text', a.text, 'value', a.value, 'answeredBy', a.answered_by, 'delivery', a.delivery) end as answer
   from spiderpig.interaction i
   left join spiderpig.answer a on a.interaction_id = i.id
   where i.job_id = $1
   order by i.id`,
);

/** All questions of the job, in the order they were asked. */
async function listPastQuestions(tx: Transaction, jobId: number): Promise<PastQuestion[]> {
  return rows(tx, PAST_QUESTIONS, [jobId]);
}

const PAST_SIGNALS = statement(
  {
    id: integer,
    kind: enumOf(signalKind),
    requestedBy: text,
    requestedAt: timestamptz,
    expiredInteractionId: nullable(integer),
  },
  `select id, kind, requested_by as "requestedBy", requested_at as "requestedAt",
          interaction_id as "expiredInteractionId"
   from spiderpig.signal
   where job_id = $1 and process_count > 0
   order by id`,
);

/** Signals that reached a process, in the order they were requested. */
async function listPastSignals(tx: Transaction, jobId: number): Promise<PastSignal[]> {
  return rows(tx, PAST_SIGNALS, [jobId]);
}
