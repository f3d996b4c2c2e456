// The terminal emulator. See README.md.
import type { Emulator, EmulatorState, TerminalSize } from "./types.ts";

/** What `takeCompleted` gives of a line: recognisers run on it, and none needs more. */
export const COMPLETED_LENGTH_MAX = 4096;

export function createEmulator(size: TerminalSize, restored?: EmulatorState): Emulator {
  throw new Error(`not written yet: ${size.columns} ${restored?.version}`);
}
