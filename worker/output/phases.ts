// Recognises scap's own timers: `HH:MM:SS Started X` … `HH:MM:SS Finished X (duration: 00m 07s)`. Times are those of
// the output itself, as the holder journalled it, because scap prints local time without a date.
import type { PhaseChange } from "#lib/db/output.ts";

/** Colour codes and bells may stand before the time of day; a sub-command leaves a colour reset there. */
const TIMER =
  // oxlint-disable-next-line no-control-regex -- scap's lines begin with escape sequences
  /^(?:\u001b\[[0-9;]*m|\u0007)*\d\d:\d\d:\d\d (Started|Finished) (.+?)(?: \(duration: [^()]*\))?(?:\u001b\[[0-9;]*m|\u0007)*$/gm;

const NAME_MAX = 500;
/** Deeper nesting than scap has ever shown is taken for text that imitates timers. */
const DEPTH_MAX = 20;
const PHASES_MAX = 2000;

export type OpenPhase = { id: number; name: string; depth: number };

export type PhaseTracker = {
  /** @param text completed lines. */
  push(text: string, at: Date): PhaseChange[];
  /** The innermost phase that goes on, or undefined. */
  current(): OpenPhase | undefined;
};

/** @param known what an earlier worker stored: the open phases and how many there were. */
export function createPhaseTracker(known: { open: readonly OpenPhase[]; count: number }): PhaseTracker {
  const open = [...known.open];
  let count = known.count;

  return {
    push(text, at) {
      if (!text.includes("Started ") && !text.includes("Finished ")) return [];
      const changes: PhaseChange[] = [];
      for (const [, verb, found] of text.matchAll(TIMER)) {
        const name = (found ?? "").slice(0, NAME_MAX);
        if (verb === "Started") {
          if (open.length >= DEPTH_MAX || count >= PHASES_MAX) continue;
          count += 1;
          const phase = { id: count, name, depth: open.length };
          open.push(phase);
          changes.push({ change: "started", ...phase, at });
          continue;
        }
        // An outer phase that finishes ends what was left open inside it: a failed sub-command says nothing.
        const index = open.findLastIndex((phase) => phase.name === name);
        if (index === -1) continue;
        for (const phase of open.splice(index).toReversed())
          changes.push({ change: "finished", id: phase.id, at });
      }
      return changes;
    },
    current: () => open.at(-1),
  };
}
