// The worker's side of prompt detection with a simulated clock: feeds a screen, runs the effects of decisions and records
// those that are visible to people.
import { initialState, step } from "../../../worker/prompt/decide.ts";
import type { Effect, Event, State } from "../../../worker/prompt/decide.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
import type { Screen } from "../../../worker/prompt/screen.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Reading, TypeResult } from "../../../holder/protocol/messages.ts";

export type Seen = Exclude<Effect, { kind: "takeSnapshot" } | { kind: "wakeAt" }> & { at: number };

export type Drive = {
  readonly seen: readonly Seen[];
  readonly state: State;
  now(): number;
  output(bytes: Uint8Array | string): Promise<void>;
  /** A record of the journal without output; `input` marks an answer, `signal` one that was sent to the job. */
  record(kind: "input" | "note" | "signal"): Promise<void>;
  reading(fact?: Partial<Reading>): Promise<void>;
  notReading(readId: number): Promise<void>;
  send(event: Event): Promise<void>;
  /** A person answers the question with this key; a secret is sent without its value. */
  answer(promptKey: string, value: AnswerValue | null): Promise<void>;
  /** The holder replies to the order to type that answer. */
  typed(promptKey: string, result: TypeResult): Promise<void>;
  /** The id of a question's row. */
  idOf(promptKey: string): number;
  /** Advances the clock, with every requested tick. */
  pass(ms: number): Promise<void>;
};

const RECORD_BYTES = 20;

type Options = { columns?: number; rows?: number } & Parameters<typeof initialState>[0];

/** The reducer with its screen; snapshots are taken as the worker takes them. */
function createReducer(screen: Screen, start: Parameters<typeof initialState>[0]) {
  const seen: Seen[] = [];
  const ids = new Map<string, number>();
  let state: State = initialState(start);

  function idOf(promptKey: string): number {
    const id = ids.get(promptKey) ?? ids.size + 1;
    ids.set(promptKey, id);
    return id;
  }

  async function send(event: Event): Promise<void> {
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) {
      if (effect.kind === "takeSnapshot") {
        await send({ kind: "snapshot", snapshot: screen.snapshot(), at: event.at });
        continue;
      }
      if (effect.kind === "open") idOf(effect.prompt.promptKey);
      if (effect.kind !== "wakeAt") seen.push({ ...effect, at: event.at });
    }
  }

  return { seen, idOf, send, state: () => state };
}

export function drive({ columns = 160, rows = 50, ...start }: Options = {}): Drive {
  const screen: Screen = createScreen({ columns, rows });
  const { seen, idOf, send, state } = createReducer(screen, start);
  let clock = 1_000_000;
  let position = 0;

  return {
    seen,
    get state() {
      return state();
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
        await send({ kind: "input", position, interactionId: 0, at: clock });
      } else {
        await send({ kind: "output", position, bytes: 0, at: clock });
      }
    },
    async reading(fact) {
      const { readId = 1 } = fact ?? {};
      // A different process each time, unless the test sets one.
      const read = { ...PLAIN_READ, readId, sinceReadId: readId, pid: readId, position, ...fact };
      await send({ kind: "reading", fact: read, at: clock });
    },
    async notReading(readId) {
      await send({ kind: "notReading", readId, at: clock });
    },
    send,
    idOf,
    async answer(promptKey, value) {
      const kind = value === null ? "secret" : "text";
      const answer = { interactionId: idOf(promptKey), promptKey, kind, value, answeredBy: "alice" } as const;
      await send({ kind: "answered", answer, at: clock });
    },
    async typed(promptKey, result) {
      await send({ kind: "typed", interactionId: idOf(promptKey), result, at: clock });
    },
    async pass(ms) {
      const end = clock + ms;
      for (let wakeAt = state().wakeAt; wakeAt !== undefined && wakeAt <= end; wakeAt = state().wakeAt) {
        clock = Math.max(clock, wakeAt);
        await send({ kind: "tick", at: clock });
        if ((state().wakeAt ?? Infinity) <= clock) break;
      }
      clock = end;
      await send({ kind: "tick", at: clock });
    },
  };
}

const PLAIN_READ: Omit<Reading, "readId" | "sinceReadId" | "position" | "pid"> = {
  how: "read",
  hasTimeout: false,
  onlyTerminal: true,
  mainThread: true,
  mode: "line",
  command: "",
};
