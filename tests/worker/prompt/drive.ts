// The worker's part of prompt detection, with the time in the test's hand: feeds a screen, runs the effects of the
// decisions and remembers those that concern people.
import { initialState, step } from "../../../worker/prompt/decide.ts";
import type { Effect, Event, State } from "../../../worker/prompt/decide.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
import type { Screen } from "../../../worker/prompt/screen.ts";
import type { ReadFact } from "../../../worker/prompt/types.ts";

export type Seen = Exclude<Effect, { kind: "takeSnapshot" } | { kind: "wakeAt" }> & { at: number };

export type Drive = {
  readonly seen: readonly Seen[];
  readonly state: State;
  now(): number;
  output(bytes: Uint8Array | string): Promise<void>;
  /** A record of the journal without output; `input` marks an answer, `signal` one that was sent to the job. */
  record(kind: "input" | "note" | "signal"): Promise<void>;
  reading(fact?: Partial<ReadFact>): Promise<void>;
  notReading(readId: number): Promise<void>;
  send(event: Event): Promise<void>;
  /** Lets time pass, with every tick that was asked for. */
  pass(ms: number): Promise<void>;
};

const RECORD_BYTES = 20;

type Options = { columns?: number; rows?: number } & Parameters<typeof initialState>[0];

export function drive({ columns = 160, rows = 50, ...start }: Options = {}): Drive {
  const screen: Screen = createScreen({ columns, rows });
  const seen: Seen[] = [];
  let state: State = initialState(start);
  let clock = 1_000_000;
  let position = 0;

  async function send(event: Event): Promise<void> {
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) {
      if (effect.kind === "takeSnapshot") {
        await send({ kind: "snapshot", snapshot: screen.snapshot(), at: clock });
      } else if (effect.kind !== "wakeAt") seen.push({ ...effect, at: clock });
    }
  }

  return {
    seen,
    get state() {
      return state;
    },
    now: () => clock,
    async output(text) {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      position += RECORD_BYTES + bytes.length;
      screen.feed(bytes, position, clock);
      await send({ kind: "output", position, bytes: bytes.length, at: clock });
    },
    async record(kind) {
      position += RECORD_BYTES;
      if (kind === "input") {
        screen.markAnswered();
        await send({ kind: "input", position, at: clock });
      } else await send({ kind: "output", position, bytes: 0, at: clock });
    },
    async reading(fact) {
      await send({ kind: "reading", fact: { ...PLAIN_READ, position, ...fact }, at: clock });
    },
    async notReading(readId) {
      await send({ kind: "notReading", readId, at: clock });
    },
    send,
    async pass(ms) {
      const end = clock + ms;
      for (let wakeAt = state.wakeAt; wakeAt !== undefined && wakeAt <= end; wakeAt = state.wakeAt) {
        clock = Math.max(clock, wakeAt);
        await send({ kind: "tick", at: clock });
        if (state.wakeAt !== undefined && state.wakeAt <= clock) break;
      }
      clock = end;
      await send({ kind: "tick", at: clock });
    },
  };
}

const PLAIN_READ: ReadFact = {
  readId: 1,
  position: 0,
  how: "read",
  hasTimeout: false,
  onlyTerminal: true,
  mainThread: true,
  mode: "line",
};
