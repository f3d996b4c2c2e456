// Metrics for Prometheus. Counted in the database, so every web process returns the same.
import { countJobsByOutcome, countJobsByState } from "../db/jobs.ts";
import { measureUnanswered } from "../db/unanswered.ts";
import { countWorkers } from "../db/workers.ts";
import { JOB_STATES, OUTCOMES } from "../domain/job.ts";
import { services } from "./services.ts";

export async function renderMetrics(): Promise<string> {
  const { db } = services();
  const byState = await countJobsByState(db);
  const byOutcome = await countJobsByOutcome(db);
  const unanswered = await measureUnanswered(db);
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
      ["", unanswered.count],
    ]),
    ...metric("spiderpig_interaction_oldest_seconds", "Age of the longest waiting question.", [
      ["", unanswered.oldestSeconds],
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
