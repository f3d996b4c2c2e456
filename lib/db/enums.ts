// The enums of schema `spiderpig`, derived from the tuples of lib/domain, so a state is declared once. Apart from the tables:
// statements need only these, and every process would load drizzle-orm with the tables, which takes half a second of its start.
import { INTERACTION_KINDS } from "../domain/interaction.ts";
import { DELIVERY_STATES, INTERACTION_STATES } from "../domain/interaction-mode.ts";
import { JOB_STATES, OUTCOMES, REACHES, REASON_CODES } from "../domain/job.ts";
import { SIGNAL_KINDS } from "../domain/signal.ts";

export type DatabaseEnum<T extends string> = {
  readonly name: string;
  readonly values: readonly [T, ...T[]];
};

export const jobState = { name: "job_state", values: JOB_STATES } as const;
export const outcome = { name: "outcome", values: OUTCOMES } as const;
export const reached = { name: "reached", values: REACHES } as const;
export const reasonCode = { name: "reason_code", values: REASON_CODES } as const;
export const interactionKind = { name: "interaction_kind", values: INTERACTION_KINDS } as const;
export const interactionState = { name: "interaction_state", values: INTERACTION_STATES } as const;
export const deliveryState = { name: "delivery_state", values: DELIVERY_STATES } as const;
export const signalKind = { name: "signal_kind", values: SIGNAL_KINDS } as const;
