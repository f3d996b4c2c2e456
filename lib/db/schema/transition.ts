// The transitions that the database permits. `rules.sql` fills these tables, and its triggers refuse all others.
import { primaryKey } from "drizzle-orm/pg-core";
import { interactionState, jobState, spiderpig } from "./base.ts";

export const jobMove = spiderpig.table(
  "job_move",
  { fromState: jobState("from_state").notNull(), toState: jobState("to_state").notNull() },
  (t) => [primaryKey({ name: "job_move_pkey", columns: [t.fromState, t.toState] })],
);

export const interactionMove = spiderpig.table(
  "interaction_move",
  { fromState: interactionState("from_state").notNull(), toState: interactionState("to_state").notNull() },
  (t) => [primaryKey({ name: "interaction_move_pkey", columns: [t.fromState, t.toState] })],
);
