// Shows the progress of a set of tasks: one line that is redrawn on a terminal, and records of the protocol.
import { clockTime } from "./output.ts";
import type { Session } from "./session.ts";

export type Counts = { total: number; ok: number; failed: number; inFlight?: number };

export type Progress = {
  update(counts: Partial<Counts>): void;
  /** Prints the final line. */
  finish(): void;
};

const WIDTH = 80;
const SPINNER = ["-", "\\", "|", "/"] as const;

export function startProgress(session: Session, name: string, first: Counts): Progress {
  const { out, protocol } = session;
  let counts = first;
  let turns = 0;

  const text = (): string => `${clockTime()} ${name}: ${describe(counts)}`;
  const publish = (finished: boolean): void => {
    protocol?.progress(toRecord(name, counts, finished));
  };
  const draw = (): void => {
    if (!out.live) return;
    out.stderr(`${`${text()} ${SPINNER[turns++ % SPINNER.length] ?? ""}`.padEnd(WIDTH)}\r`);
  };

  publish(false);
  draw();
  return {
    update: (change) => {
      counts = { ...counts, ...change };
      publish(false);
      draw();
    },
    finish: () => {
      publish(true);
      if (out.live) out.stderr(`${text().padEnd(WIDTH)}\r\n`);
    },
  };
}

function describe({ total, ok, failed, inFlight }: Counts): string {
  const running = inFlight === undefined ? "" : `in-flight: ${inFlight}; `;
  const percent = String(percentOf(ok + failed, total)).padStart(3);
  return `${percent}% (${running}ok: ${ok}; fail: ${failed}; left: ${total - ok - failed - (inFlight ?? 0)})`;
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
