// The state machine of a question and its answer: one union of modes and one table of transitions. Everything else
// derives from it: what the database stores and permits, what the page shows, and what the worker does
// (worker/prompt/answering.ts). The diagram is in worker/prompt/README.md.

/** Events of a question, by their cause. */
export type InteractionEvent =
  /** A person answered, and the value is known. */
  | "answer"
  /** A person answered with a secret, which is sent to the worker separately. */
  | "answer_sealed"
  | "secret"
  | "secret_timeout"
  /** The worker sends the keystrokes to the holder, or an earlier worker did. */
  | "type"
  /** The value cannot be typed. */
  | "refuse"
  /** The process was between two reads: nothing was typed, and the question may still be asked. */
  | "retry"
  | "consumed"
  | "not_consumed"
  | "undelivered"
  /** There was no answer in time, and the policy ends the question. */
  | "expire"
  /** The program no longer asks, or the job ended. */
  | "withdraw";

/**
 * Mode → event → next mode. A mode without events is final.
 *
 * - `open`: a person may answer;
 * - `awaiting_secret`: answered; the secret itself has not arrived at the worker;
 * - `ready`: answered; typed as soon as the process reads;
 * - `typing`: the holder has the keystrokes, and what became of them is not known yet.
 */
export const INTERACTION_TRANSITIONS = {
  open: { answer: "ready", answer_sealed: "awaiting_secret", expire: "expired", withdraw: "withdrawn" },
  awaiting_secret: {
    secret: "ready",
    secret_timeout: "undelivered",
    type: "typing",
    withdraw: "undelivered",
  },
  ready: { type: "typing", refuse: "undelivered", withdraw: "undelivered" },
  typing: {
    retry: "ready",
    consumed: "consumed",
    not_consumed: "not_consumed",
    undelivered: "undelivered",
    withdraw: "undelivered",
  },
  consumed: {},
  not_consumed: {},
  undelivered: {},
  expired: {},
  withdrawn: {},
} as const satisfies Record<string, Partial<Record<InteractionEvent, string>>>;

export type InteractionMode = keyof typeof INTERACTION_TRANSITIONS;

export const INTERACTION_MODES = Object.keys(INTERACTION_TRANSITIONS) as InteractionMode[];

/** @returns undefined when the event means nothing in this mode: then nothing changes. */
export function nextMode(mode: InteractionMode, event: InteractionEvent): InteractionMode | undefined {
  const row: Partial<Record<InteractionEvent, InteractionMode>> = INTERACTION_TRANSITIONS[mode];
  return row[event];
}

/** How the database stores a mode: the state of the interaction, and the delivery of its answer. */
const STORED = {
  open: { state: "pending", delivery: null },
  awaiting_secret: { state: "answered", delivery: "accepted" },
  ready: { state: "answered", delivery: "accepted" },
  typing: { state: "answered", delivery: "accepted" },
  consumed: { state: "answered", delivery: "consumed" },
  not_consumed: { state: "answered", delivery: "not_consumed" },
  undelivered: { state: "answered", delivery: "undelivered" },
  withdrawn: { state: "withdrawn", delivery: null },
  expired: { state: "expired", delivery: null },
} as const satisfies Record<InteractionMode, { state: string; delivery: string | null }>;

type Stored = (typeof STORED)[InteractionMode];
export type InteractionState = Stored["state"];
/**
 * `accepted`: stored, and nothing more is known. `consumed`: scap read it. `not_consumed`: typed, but scap did not read it in
 * time and it was removed again. `undelivered`: not typed, or what became of it cannot be known.
 */
export type DeliveryState = NonNullable<Stored["delivery"]>;
/** Of an answer that is settled: final. */
export type SettledDelivery = Exclude<DeliveryState, "accepted">;

const stored = Object.values(STORED);
export const INTERACTION_STATES = unique(stored.map(({ state }) => state));
export const DELIVERY_STATES = unique(stored.flatMap(({ delivery }) => delivery ?? []));

/** The transitions that the database sees, and permits. */
export function storedTransitions(): [InteractionState, InteractionState][] {
  const all = INTERACTION_MODES.flatMap((mode) =>
    Object.values<InteractionMode>(INTERACTION_TRANSITIONS[mode]).map(
      (next): [InteractionState, InteractionState] => [STORED[mode].state, STORED[next].state],
    ),
  );
  return all.filter(
    ([from, to], index) =>
      from !== to && all.findIndex((each) => each[0] === from && each[1] === to) === index,
  );
}

/** A tuple, as database and request schemas want it. */
function unique<T>(values: readonly T[]): [T, ...T[]] {
  return [...new Set(values)] as [T, ...T[]];
}
