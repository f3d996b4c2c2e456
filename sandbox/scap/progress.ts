// Reports how far a set of tasks has come: one line that is rewritten on a terminal, single lines elsewhere,
// and records for those who follow the protocol.
import { clockTime } from "./output.ts";
import type { Session } from "./session.ts";

export type Counts = { total: number; ok: number; failed: number; inFlight?: number };

export type Progress = {
  update(counts: Partial<Counts>): void;
  /** The last line, with the counts as they are. */
  finish(): void;
};

// Elsewhere than on a terminal each report is a line of its own, so only few of them are written.
const lineIntervalMs = 30_000;
const width = 80;
const spinner = ["-", "\\", "|", "/"] as const;

export function startProgress(session: Session, name: string, first: Counts): Progress {
  const { out, protocol } = session;
  let counts = first;
  let turns = 0;
  let lastLine = "";
  let lastLineAt = 0;

  const text = (): string => `${clockTime()} ${name}: ${describe(counts)}`;
  const publish = (finished: boolean): void => {
    protocol?.progress(toRecord(name, counts, finished));
  };
  const writeLine = (force: boolean): void => {
    const described = describe(counts);
    if (described === lastLine) return;
    if (!force && Date.now() - lastLineAt < lineIntervalMs) return;
    lastLine = described;
    lastLineAt = Date.now();
    out.stderr(`${text()}\n`);
  };
  const draw = (): void => {
    out.stderr(`${`${text()} ${spinner[turns++ % spinner.length] ?? ""}`.padEnd(width)}\r`);
  };

  publish(false);
  if (out.live) draw();
  else writeLine(true);

  return {
    update: (change) => {
      counts = { ...counts, ...change };
      publish(false);
      if (out.live) draw();
      else writeLine(false);
    },
    finish: () => {
      publish(true);
      if (out.live) out.stderr(`${text().padEnd(width)}\r\n`);
      else writeLine(true);
    },
  };
}

function describe({ total, ok, failed, inFlight }: Counts): string {
  const flying = inFlight === undefined ? "" : `in-flight: ${inFlight}; `;
  const percent = String(percentOf(ok + failed, total)).padStart(3);
  return `${percent}% (${flying}ok: ${ok}; fail: ${failed}; left: ${total - ok - failed - (inFlight ?? 0)})`;
}

function toRecord(name: string, { total, ok, failed, inFlight }: Counts, progressFinished: boolean) {
  return {
    name,
    totalTasks: total,
    tasksInFlight: inFlight ?? null,
    tasksFinishedOk: ok,
    tasksFinishedFailed: failed,
    tasksFinishedTotal: ok + failed,
    tasksPercentComplete: percentOf(ok + failed, total),
    tasksRemaining: total - ok - failed - (inFlight ?? 0),
    progressFinished,
  };
}

function percentOf(done: number, total: number): number {
  return total === 0 ? 100 : Math.floor((100 * done) / total);
}
