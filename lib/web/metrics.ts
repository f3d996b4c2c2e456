// What Prometheus reads. Counted in the database, so every web process says the same.
import { query } from "../db/connection.ts";
import { countWorkers } from "../db/runs.ts";
import { JOB_STATES, OUTCOMES } from "../domain/job.ts";
import { services } from "./services.ts";

export async function renderMetrics(): Promise<string> {
  const { db } = services();
  const states = await query<{ state: string; count: number }>(
    db,
    "select state::text, count(*)::integer as count from spiderpig.job group by state",
  );
  const outcomes = await query<{ outcome: string; count: number }>(
    db,
    "select outcome::text, count(*)::integer as count from spiderpig.job where outcome is not null group by outcome",
  );
  const [waiting] = await query<{ count: number; oldest: number }>(
    db,
    `select count(*)::integer as count, coalesce(extract(epoch from now() - min(asked_at)), 0)::float8 as oldest
     from spiderpig.interaction where state = 'pending'`,
  );
  const byState = new Map(states.map((row) => [row.state, row.count]));
  const byOutcome = new Map(outcomes.map((row) => [row.outcome, row.count]));
  return [
    ...metric(
      "spiderpig_jobs",
      "Jobs by state.",
      JOB_STATES.map((state) => [`{state="${state}"}`, byState.get(state) ?? 0]),
    ),
    ...metric(
      "spiderpig_jobs_ended",
      "Ended jobs by outcome.",
      OUTCOMES.map((outcome) => [`{outcome="${outcome}"}`, byOutcome.get(outcome) ?? 0]),
    ),
    ...metric("spiderpig_interactions_pending", "Questions that wait for a person.", [
      ["", waiting?.count ?? 0],
    ]),
    ...metric("spiderpig_interaction_oldest_seconds", "Age of the longest waiting question.", [
      ["", waiting?.oldest ?? 0],
    ]),
    ...metric("spiderpig_workers", "Workers seen within the last seconds.", [["", await countWorkers(db)]]),
    "",
  ].join("\n");
}

function metric(name: string, help: string, samples: readonly (readonly [string, number])[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}
