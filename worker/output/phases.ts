// Recognises scap's own timers: `HH:MM:SS Started X` … `HH:MM:SS Finished X (duration: 00m 07s)` or `Failed scap …`, and the parts of a deployment that
// have no timer, by the sentences with which they start and finish (untimed-phases.ts). Times are those of the journal records,
// because scap prints local time without a date.
import type { PhaseChange } from "#lib/domain/phase.ts";
import { afterTimeOfDay } from "./time-of-day.ts";
import { isRollbackResult, isWait, ROLLBACK, untimedFinish, untimedStart } from "./untimed-phases.ts";

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

  /** No phase is inside a wait, so the next one ends it, even if scap did not print its result. */
  function finishWait(line: number, at: Date): PhaseChange[] {
    const wait = open.at(-1);
    if (wait === undefined || !isWait(wait.name)) return [];
    open.pop();
    return [{ change: "finished", id: wait.id, line: line - 1, at }];
  }

  return {
    push({ n, text }, at) {
      const message = afterTimeOfDay(text);
      if (message === undefined) {
        return open.length > 0 && isRollbackResult(text) ? finish(ROLLBACK, n, at) : [];
      }
      const timer = timerIn(message);
      const started = timer?.isStart === true ? timer.name : untimedStart(message);
      if (started !== undefined) return [...finishWait(n, at), ...start(started, n, at)];
      const finished = timer === undefined ? untimedFinish(message) : [timer.name];
      return finished.flatMap((name) => finish(name, n, at));
    },
    current: () => open.at(-1),
  };
}

function timerIn(message: string): { isStart: boolean; name: string } | undefined {
  const isStart = message.startsWith("Started ");
  if (!isStart && !message.startsWith("Finished ") && !message.startsWith("Failed scap ")) return undefined;
  const named = message.slice(message.indexOf(" ") + 1);
  const name = withoutDuration(named).trimEnd().slice(0, NAME_MAX);
  return name === "" ? undefined : { isStart, name };
}

function withoutDuration(named: string): string {
  const text = named.trimEnd();
  const at = text.lastIndexOf(" (duration: ");
  return at > 0 && text.indexOf(")", at) === text.length - 1 ? text.slice(0, at) : text;
}
