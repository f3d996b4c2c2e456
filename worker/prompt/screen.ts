// What a person would see on the job's terminal, for the moment a question is looked for. The emulator is the one that the
// log is made of; this adds the place in the journal, and the question that a flood of other output has pushed away.
import { createEmulator } from "../terminal/emulator.ts";
import type { Emulator, EmulatorState, TerminalSize } from "../terminal/types.ts";
import { createBuriedTail } from "./buried-tail.ts";
import type { Snapshot } from "./types.ts";

export type Screen = {
  readonly emulator: Emulator;
  /**
   * Takes output. @param position where it ends in the journal. @param at when it was written, in ms; left out, the time
   * of the call is taken, which makes a journal that is read again look like a flood.
   */
  feed(bytes: Uint8Array, position: number, at?: number): void;
  /** An answer was typed here: what the cursor's row and those above say has been dealt with. */
  markAnswered(): void;
  /** What was marked last was not typed after all: the question there still waits. */
  markUnanswered(): void;
  snapshot(): Snapshot;
  /** Continues from what an earlier worker stored; what was fed before stays above the screen. */
  restore(state: EmulatorState): void;
};

export function createScreen(size: TerminalSize): Screen {
  const emulator = createEmulator(size);
  const buried = createBuriedTail();
  let fedPosition = 0;

  function drawAlone(tail: Uint8Array): Snapshot {
    const alone = createEmulator(size);
    alone.write(tail, 0);
    return alone.snapshot(fedPosition);
  }

  return {
    emulator,
    feed(bytes, position, at = performance.now()) {
      fedPosition = position;
      if (bytes.length === 0) return;
      emulator.write(bytes, at);
      buried.look(bytes, at);
    },
    markAnswered() {
      emulator.markAnswered();
      buried.forget();
    },
    markUnanswered: () => emulator.markUnanswered(),
    snapshot() {
      const seen = { ...emulator.snapshot(fedPosition), modes: emulator.modes };
      const tail = buried.tail();
      return tail === undefined ? seen : { ...seen, buried: drawAlone(tail) };
    },
    restore: (state) => emulator.restore(state),
  };
}
