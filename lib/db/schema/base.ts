// What the tables of schema `spiderpig` share: the schema, its enums (derived from the tuples of lib/domain, so a state is
// declared once) and column helpers.
//
// After a change in this folder run `npm run baseline`. Functions, triggers, comments, grants and the history views are
// in the hand-written files of drizzle/ (lib/migrate/repeatable.ts), because drizzle-kit generates none of them.
import { sql } from "drizzle-orm";
import { customType, pgSchema, timestamp } from "drizzle-orm/pg-core";
import { INTERACTION_KINDS } from "../../domain/interaction.ts";
import { DELIVERY_STATES, INTERACTION_STATES } from "../../domain/interaction-mode.ts";
import { JOB_KINDS, JOB_STATES, OUTCOMES, REACHES, REASON_CODES } from "../../domain/job.ts";
import { SIGNAL_KINDS } from "../../domain/signal.ts";

export const spiderpig = pgSchema("spiderpig");

export const jobKind = spiderpig.enum("job_kind", JOB_KINDS);
export const jobState = spiderpig.enum("job_state", JOB_STATES);
export const outcome = spiderpig.enum("outcome", OUTCOMES);
export const reached = spiderpig.enum("reached", REACHES);
export const reasonCode = spiderpig.enum("reason_code", REASON_CODES);
export const interactionKind = spiderpig.enum("interaction_kind", INTERACTION_KINDS);
export const interactionState = spiderpig.enum("interaction_state", INTERACTION_STATES);
export const deliveryState = spiderpig.enum("delivery_state", DELIVERY_STATES);
export const signalKind = spiderpig.enum("signal_kind", SIGNAL_KINDS);

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
export const timestamptz = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Literals for CHECKs and partial indexes; the values come from lib/domain, never from user input. */
export const literals = (values: readonly string[]) =>
  sql.raw(values.map((value) => `'${value}'`).join(", "));
