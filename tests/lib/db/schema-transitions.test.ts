// The state transitions of jobs and interactions: the tables and enums in SQL match lib/domain, and for every pair of
// states and any sequence of transitions SQL and TypeScript agree.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Database, query, violatedConstraint } from "#lib/db/connection.ts";
import { INTERACTION_KINDS } from "#lib/domain/interaction.ts";
import {
  DELIVERY_STATES,
  INTERACTION_STATES,
  type InteractionState,
  storedTransitions,
} from "#lib/domain/interaction-mode.ts";
import {
  canMove,
  isTerminal,
  JOB_TRANSITIONS,
  JOB_STATES,
  type JobState,
  OUTCOMES,
  REACHES,
  REASON_CODES,
  STATE_OF_OUTCOME,
} from "#lib/domain/job.ts";
import { SIGNAL_KINDS } from "#lib/domain/signal.ts";
import { aJob } from "../../seed/seed.ts";
import { QUESTIONS } from "../../seed/seed-questions.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();
let lanes = 0;

test("job_transition is JOB_TRANSITIONS, row for row", async () => {
  const rows = await query<{ move: string }>(
    db,
    "select from_state || ' ' || to_state as move from spiderpig.job_transition",
  );

  assert.deepEqual(rows.map(({ move }) => move).toSorted(), movesOf(JOB_TRANSITIONS));
});

test("interaction_transition has the transitions of the modes, row for row", async () => {
  const rows = await query<{ move: string }>(
    db,
    "select from_state || ' ' || to_state as move from spiderpig.interaction_transition",
  );

  assert.deepEqual(
    rows.map(({ move }) => move).toSorted(),
    storedTransitions()
      .map((each) => each.join(" "))
      .toSorted(),
  );
});

test("the enums have the values of the domain, in the same order", async () => {
  const rows = await query<{ name: string; words: string[] }>(
    db,
    `select t.typname::text as name, array_agg(e.enumlabel::text order by e.enumsortorder) as words
     from pg_enum e
     join pg_type t on t.oid = e.enumtypid
     where t.typnamespace = 'spiderpig'::regnamespace
     group by t.typname`,
  );

  assert.deepEqual(Object.fromEntries(rows.map(({ name, words }) => [name, words])), {
    job_state: JOB_STATES,
    outcome: OUTCOMES,
    reached: REACHES,
    reason_code: REASON_CODES,
    interaction_kind: INTERACTION_KINDS,
    interaction_state: INTERACTION_STATES,
    delivery_state: DELIVERY_STATES,
    signal_kind: SIGNAL_KINDS,
  });
});

for (const from of JOB_STATES) {
  for (const to of JOB_STATES) {
    const legal = from === to || canMove(from, to);
    test(`a job ${legal ? "may" : "may not"} go from ${from} to ${to}`, async () => {
      const id = await jobIn(from);

      assert.equal(await move(db, id, to), legal ? undefined : "legal_job_transition");
      assert.equal(await stateOf(id), legal ? to : from);
    });
  }
}

for (const from of INTERACTION_STATES) {
  for (const to of INTERACTION_STATES) {
    const legal = from === to || storedTransitions().some((each) => each[0] === from && each[1] === to);
    test(`an interaction ${legal ? "may" : "may not"} go from ${from} to ${to}`, async () => {
      const id = await interactionIn(from);
      const broken = await ruleViolatedBy(
        query(
          db,
          `with given as (
             insert into spiderpig.answer (interaction_id, value, text, answered_by)
             select $1, 'true', 'yes', 'a' where $2 = 'answered'
             on conflict do nothing
           )
           update spiderpig.interaction
           set state = $2::spiderpig.interaction_state,
               ended_at = case when $2 = 'pending' then null else coalesce(ended_at, now()) end
           where id = $1`,
          [id, to],
        ),
      );

      assert.equal(broken, legal ? undefined : "legal_interaction_transition");
    });
  }
}

test("in any sequence of transitions, SQL accepts a transition exactly when the domain does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...JOB_STATES), { minLength: 1, maxLength: 8 }),
      async (walk) => {
        const { id } = await aJob(db, { lane: nextLane() }).queued();
        let state: JobState = "queued";
        for (const to of walk) {
          const legal: boolean = state === to || canMove(state, to);
          const broken = await move(db, id, to);
          assert.equal(broken === undefined, legal, `${state} to ${to}: ${broken ?? "accepted"}`);
          if (legal) state = to;
          assert.equal(await stateOf(id), state, "a rejected transition changed the row");
        }
      },
    ),
    { numRuns: 60 },
  );
});

function movesOf(moves: Record<string, readonly string[]>): string[] {
  return Object.entries(moves)
    .flatMap(([from, targets]) => targets.map((to) => `${from} ${to}`))
    .toSorted();
}

function nextLane(): string {
  lanes += 1;
  return `lane-${lanes}`;
}

async function jobIn(state: JobState): Promise<number> {
  const seed = aJob(db, { lane: nextLane() });
  const make: Record<JobState, () => Promise<{ id: number }>> = {
    queued: () => seed.queued(),
    running: () => seed.running(),
    waiting: () => seed.waiting(),
    succeeded: () => seed.succeeded(),
    failed: () => seed.failed(),
    cancelled: () => seed.declined(),
    lost: () => seed.lost(),
  };
  return (await make[state]()).id;
}

const LATER = { afterMs: 3_600_000, action: "interrupt" } as const;

async function interactionIn(state: InteractionState): Promise<number | undefined> {
  const seed = aJob(db, { lane: nextLane() });
  if (state === "answered") return (await seed.asked("yes_no").running()).interactionIds[0];
  if (state === "withdrawn") return (await seed.askedInVain("yes_no").running()).interactionIds[0];
  if (state === "expired") return (await seed.askedUntilExpiry("yes_no").running()).interactionIds[0];
  return (await seed.waiting({ on: { ...QUESTIONS.yes_no, expiry: LATER } })).pendingId;
}

/** Makes the transition with all columns that the state requires, so that only the transition itself can be rejected. */
async function move(on: Database, id: number, to: JobState): Promise<string | undefined> {
  const outcome = OUTCOMES.find((one) => STATE_OF_OUTCOME[one] === to) ?? null;
  return ruleViolatedBy(
    query(
      on,
      `update spiderpig.job
       set state = $2,
           started_at = case when not $3 then coalesce(started_at, now()) end,
           failed_starts = case when $3 and state <> 'queued' then failed_starts || '[{"host": "h"}]'::jsonb else failed_starts end,
           output_bytes = case when $3 then 0 else output_bytes end,
           outcome = case when $4 then coalesce(outcome, $5) end,
           finished_at = case when $4 then coalesce(finished_at, now()) end,
           lane_released_at = case when $4 then coalesce(lane_released_at, now()) end,
           exit_code = case when $4 then exit_code end
       where id = $1`,
      [id, to, to === "queued", isTerminal(to), outcome],
    ),
  );
}

async function ruleViolatedBy(statement: Promise<unknown>): Promise<string | undefined> {
  try {
    await statement;
    return undefined;
  } catch (error) {
    const rule = violatedConstraint(error);
    if (rule === undefined) throw error;
    return rule;
  }
}

async function stateOf(id: number): Promise<string | undefined> {
  return (await query<{ state: string }>(db, "select state from spiderpig.job where id = $1", [id]))[0]
    ?.state;
}
