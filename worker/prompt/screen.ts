// The screen of the job's terminal, for snapshots. It adds to the emulator, which also makes the log, the position in the
// journal and the last question that other output has pushed off the screen.
import { createEmulator } from "../terminal/emulator.ts";
import type { Emulator, EmulatorState, TerminalSize } from "../terminal/types.ts";
import { createBuriedTail } from "./buried-tail.ts";
import type { Snapshot } from "./types.ts";

export type Screen = {
  readonly emulator: Emulator;
  /**
   * Adds output. @param position its end in the journal. @param at when it was written, in ms. The default is now, which makes a
   * replayed journal look like a flood.
   */
  feed(bytes: Uint8Array, position: number, at?: number): void;
  /** An answer was typed here: the row of the cursor and those above it are answered. */
  markAnswered(): void;
  /** The last marked answer was not typed: its question still waits. */
  markUnanswered(): void;
  snapshot(): Snapshot;
  /** The number of the log line at which the program waits: that of the cursor, or the one above if it is still empty. */
  promptLine(): number;
  /** Continues from the state that an earlier worker stored; output that was fed before stays above the screen. */
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
      buried.add(bytes, at);
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
    promptLine() {
      const n = emulator.cursorLineNumber();
      const line = emulator.live()[n - emulator.settledCount - 1];
      return Math.max(1, line === undefined || line.text === "" ? n - 1 : n);
    },
    restore: (state) => emulator.restore(state),
  };
}
