// Recognises scap's own timers: `HH:MM:SS Started X` … `HH:MM:SS Finished X (duration: 00m 07s)`. Times are those of
// the journal records, because scap prints local time without a date.
import type { PhaseChange } from "#lib/domain/phase.ts";
import { afterTimeOfDay } from "./time-of-day.ts";

const NAME_MAX = 500;
/** scap never nests deeper: such text only imitates timers. */
const DEPTH_MAX = 20;
const PHASES_MAX = 2000;

export type OpenPhase = { id: number; name: string; depth: number };

export type PhaseTracker = {
  /** @param line a completed line, as the terminal shows it, with its number. */
  push(line: { n: number; text: string }, at: Date): PhaseChange[];
  /** The innermost phase that is in progress, or undefined. */
  current(): OpenPhase | undefined;
};

/** @param known what an earlier worker stored: the open phases and the number of phases */
export function createPhaseTracker(known: { open: readonly OpenPhase[]; count: number }): PhaseTracker {
  const open = [...known.open];
  let count = known.count;

  function start(name: string, line: number, at: Date): PhaseChange[] {
    if (open.length >= DEPTH_MAX || count >= PHASES_MAX) return [];
    count += 1;
    const phase = { id: count, name, depth: open.length };
    open.push(phase);
    return [{ change: "started", ...phase, line, at }];
  }

  /** The end of an outer phase ends the open phases inside it before that line: a failed sub-command prints no end. */
  function finish(name: string, line: number, at: Date): PhaseChange[] {
    const index = open.findLastIndex((phase) => phase.name === name);
    if (index === -1) return [];
    const [outer, ...inner] = open.splice(index);
    if (outer === undefined) return [];
    return [
      ...inner.toReversed().map(({ id }): PhaseChange => ({ change: "finished", id, line: line - 1, at })),
      { change: "finished", id: outer.id, line, at },
    ];
  }

  return {
    push({ n, text }, at) {
      const timer = timerIn(text);
      if (timer === undefined) return [];
      return timer.isStart ? start(timer.name, n, at) : finish(timer.name, n, at);
    },
    current: () => open.at(-1),
  };
}

function timerIn(text: string): { isStart: boolean; name: string } | undefined {
  const message = afterTimeOfDay(text);
  if (message === undefined) return undefined;
  const isStart = message.startsWith("Started ");
  if (!isStart && !message.startsWith("Finished ")) return undefined;
  const named = message.slice(message.indexOf(" ") + 1);
  const name = withoutDuration(named).trimEnd().slice(0, NAME_MAX);
  return name === "" ? undefined : { isStart, name };
}

function withoutDuration(named: string): string {
  const text = named.trimEnd();
  const at = text.lastIndexOf(" (duration: ");
  return at > 0 && text.indexOf(")", at) === text.length - 1 ? text.slice(0, at) : text;
}
