// Sends the changing parts of a job (log, progress, screen) to one watcher, within its budget: what a watcher receives
// stays below twice what the program printed plus a constant. Redraws are left out until the budget allows them. New lines
// are never left out; beyond the budget they are collected for a second. A question and the end flush everything.
import {
  heldUpTo,
  type HeldOutput,
  type OutputStep,
  type OutputUpdate,
  updateOutput,
} from "./held-output.ts";
import type { EventStream } from "./stream.ts";

/** What a watcher may receive beyond twice the output. */
export const BUDGET_BYTES = 128 * 1024;
/** Enough for a line every two or three seconds, so that a watcher sees that a program which redraws one line for an hour still runs. */
const BUDGET_BYTES_PER_SECOND = 64;
/** New lines that exceed the budget (many short ones, one by one) are collected for this long. */
const COLLECT_MS = 1000;
/** The framing around the JSON of an event, also on a stream that tabs share. */
const FRAME_BYTES = 96;

export type Delivery = {
  /** Redraws may be sent now: they are sent at most ten times a second. */
  hasRedraws: boolean;
  /** Everything is sent, regardless of the budget: a question opens, or the job ends. */
  isForced: boolean;
};

export type WatcherOutput = {
  readonly settledLines: number;
  /** Lines after this one are sent again if the watcher has more settled lines than the database. */
  rewind(settledLines: number): void;
  /** @returns whether something was left out, to be sent later. */
  sendLines(step: OutputStep, delivery: Delivery, packed: PackedUpdates): boolean;
  /** Sends an event whose data replaces the previous one. @returns whether it was left out. */
  sendState(event: "progress" | "screen", data: string, delivery: Delivery): boolean;
  /** The watcher has this from another event, or infers it from the absence of one. */
  knows(event: "progress" | "screen", data: string): void;
};

type PackedUpdate = { update: OutputUpdate; data: string; bytes: number };

/**
 * The updates of one delivery, with and without redraws, by the output that a watcher had before: most watchers have the
 * same, and get the same bytes.
 */
export type PackedUpdates = Map<HeldOutput, Map<boolean, PackedUpdate>>;

export function createWatcherOutput(options: {
  stream: Pick<EventStream, "send">;
  line: number;
  /** The `id:` of the next event. */
  cursor: () => string;
  /** Bytes that the program has printed. */
  printed: () => number;
}): WatcherOutput {
  const known = new Map<string, string>();
  const budget = createBudget(options.printed);
  let held = heldUpTo(options.line);
  let waitingSince: number | undefined;

  const send = (event: string, data: string, bytes: number) => {
    budget.spend(bytes);
    options.stream.send(event, data, options.cursor());
  };

  return {
    get settledLines() {
      return held.settledLines;
    },
    rewind(settledLines) {
      if (held.settledLines > settledLines) held = heldUpTo(settledLines);
    },
    sendLines(step, { hasRedraws, isForced }, packed) {
      const isUnbounded = isForced || step.live === undefined;
      const isTooMuch = ({ update, bytes }: PackedUpdate) =>
        update.isNeeded && !isUnbounded && bytes > budget.left();
      let next = packUpdate(held, step, hasRedraws, packed);
      if (hasRedraws && isTooMuch(next)) next = packUpdate(held, step, false, packed);
      if (isTooMuch(next)) {
        waitingSince ??= Date.now();
        // Settled lines are not held back: they would have to be read again.
        if (step.settled.length === 0 && Date.now() - waitingSince < COLLECT_MS) return true;
      }
      held = next.update.held;
      if (next.update.isNeeded) {
        waitingSince = undefined;
        send("output", next.data, next.bytes);
      }
      return next.update.isPartial;
    },
    sendState(event, data, { hasRedraws, isForced }) {
      if (known.get(event) === data) return false;
      const bytes = Buffer.byteLength(data) + FRAME_BYTES;
      if (!isForced && (!hasRedraws || bytes > budget.left())) return true;
      known.set(event, data);
      send(event, data, bytes);
      return false;
    },
    knows(event, data) {
      known.set(event, data);
    },
  };
}

/** The bytes that a watcher may still receive. */
function createBudget(printed: () => number) {
  const startedAt = Date.now();
  let spent = 0;
  return {
    left: () => {
      const seconds = (Date.now() - startedAt) / 1000;
      return 2 * printed() + BUDGET_BYTES + seconds * BUDGET_BYTES_PER_SECOND - spent;
    },
    spend: (bytes: number) => {
      spent += bytes;
    },
  };
}

function packUpdate(
  held: HeldOutput,
  step: OutputStep,
  hasRedraws: boolean,
  packed: PackedUpdates,
): PackedUpdate {
  const variants = packed.get(held) ?? new Map<boolean, PackedUpdate>();
  packed.set(held, variants);
  const found = variants.get(hasRedraws);
  if (found !== undefined) return found;
  const update = updateOutput(held, step, hasRedraws);
  const { totalLines, settledLines } = step;
  const data = update.isNeeded ? JSON.stringify({ blocks: update.blocks, totalLines, settledLines }) : "";
  const made = { update, data, bytes: Buffer.byteLength(data) + FRAME_BYTES };
  variants.set(hasRedraws, made);
  return made;
}
