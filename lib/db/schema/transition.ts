// The transitions that the database permits. `rules.sql` fills these tables, and its triggers refuse all others.
import { primaryKey } from "drizzle-orm/pg-core";
import { interactionState, jobState, spiderpig } from "./base.ts";

export const jobTransition = spiderpig.table(
  "job_transition",
  { fromState: jobState("from_state").notNull(), toState: jobState("to_state").notNull() },
  (t) => [primaryKey({ name: "job_transition_pkey", columns: [t.fromState, t.toState] })],
);

export const interactionTransition = spiderpig.table(
  "interaction_transition",
  { fromState: interactionState("from_state").notNull(), toState: interactionState("to_state").notNull() },
  (t) => [primaryKey({ name: "interaction_transition_pkey", columns: [t.fromState, t.toState] })],
);
