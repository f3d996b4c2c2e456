// A real job in a real holder, for tests: starts it, follows it, and ends it with all processes that it left behind.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { ConnectOptions, HolderConnection } from "../../holder/client/connection-types.ts";
import { connectHolder } from "../../holder/client/connect.ts";
import { launchSpare, type SpareOrder } from "../../holder/client/launch.ts";
import type {
  HolderRecord,
  InputRecord,
  JournalError,
  NoteRecord,
  Reading,
  TypeResult,
} from "../../holder/protocol/messages.ts";
import { monotonicNow } from "../../holder/protocol/monotonic-clock.ts";
import { killHard, processesOf } from "../../scripts/processes.ts";
import { until } from "../support/until.ts";

export type HeldJob = {
  dataDir: string;
  directory: string;
  holderPid: number;
  childPid: number;
  connection: HolderConnection;
  received: Received;
  /** Waits for an open read after this text in the output, in any mode. */
  untilReading(mark?: string): Promise<Reading>;
  type(reading: Reading, text: string, options?: { secret?: boolean; id?: string }): Promise<TypeResult>;
};

/** What a client has received so far. */
export type Received = {
  records: HolderRecord[];
  output: Buffer[];
  /** All facts about reads, in order, with `null` for the end of a read. */
  facts: (Reading | null)[];
  reading: Reading | null;
  journalErrors: JournalError[];
};

export const TEST_EPOCH = 5;

/** Creates a data directory for a test. Holders that still run at the end are killed before it is removed. */
export function makeDataDir(t: TestContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), "holder-"));
  t.after(async () => {
    await endHolders(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  });
  return dataDir;
}

/** Whatever their files say: a test may have changed them. */
async function endHolders(dataDir: string): Promise<void> {
  for (const { pid } of processesOf(dataDir)) killHard(pid);
  await until("the holders to exit", () => processesOf(dataDir).length === 0);
}

/** An order that runs a shell script; everything can be overridden. */
export function orderScript(script: string, order: Partial<SpareOrder> = {}): SpareOrder {
  return {
    jobId: 1,
    argv: ["sh", "-c", script],
    cwd: tmpdir(),
    ...TERMINAL_SIZE,
    env: { PATH: `${join(process.execPath, "..")}:/usr/bin:/bin`, TERM: "xterm-256color", LANG: "C.UTF-8" },
    notAfter: monotonicNow() + 60_000,
    epoch: TEST_EPOCH,
    ...order,
  };
}

/** Starts a job and follows it from the beginning. It is killed at the end of the test if it is still running. */
export async function holdScript(
  t: TestContext,
  script: string,
  order: Partial<SpareOrder> = {},
): Promise<HeldJob> {
  const dataDir = makeDataDir(t);
  const spare = launchSpare({ dataDir });
  const full = orderScript(script, order);
  const started = await spare.start(full);
  if (!started.started || spare.pid === undefined) {
    throw new Error(`not started: ${JSON.stringify(started)}`);
  }
  const holderPid = spare.pid;
  const { connection, received } = await follow(dataDir, full.jobId, {});
  t.after(() => connection.close());
  return {
    dataDir,
    directory: join(dataDir, "jobs", String(full.jobId)),
    holderPid,
    childPid: started.pid,
    connection,
    received,
    untilReading: (mark = "") =>
      until(`a read after ${JSON.stringify(mark)}, output so far ${textOf(received)}`, () =>
        textOf(received).includes(mark) ? received.reading : null,
      ),
    async type(reading, text, { secret = false, id = `i${reading.readId}` } = {}) {
      const { readId } = reading;
      return (await connection.type({ interactionId: id, readId, text, secret, by: "tester" })).result;
    },
  };
}

export async function follow(
  dataDir: string,
  jobId: number | string,
  options: Partial<ConnectOptions>,
): Promise<{ connection: HolderConnection; received: Received }> {
  const received: Received = { records: [], output: [], facts: [], reading: null, journalErrors: [] };
  const connection = await connectHolder(dataDir, jobId, {
    epoch: TEST_EPOCH,
    fromPosition: 0,
    onRecord(record) {
      received.records.push(record);
      if (record.kind === "output") {
        received.output.push(record.bytes);
      }
    },
    onReading(reading) {
      received.facts.push(reading);
      received.reading = reading;
    },
    onNotReading() {
      received.facts.push(null);
      received.reading = null;
    },
    onJournalError: (error) => received.journalErrors.push(error),
    ...options,
  });
  return { connection, received };
}

export function textOf(received: Received): string {
  return Buffer.concat(received.output).toString("utf8");
}

export function inputsOf(received: Received): InputRecord[] {
  return received.records.flatMap((record) => (record.kind === "input" ? [record.input] : []));
}

export function notesOf(received: Received): NoteRecord[] {
  return received.records.flatMap((record) => (record.kind === "note" ? [record.note] : []));
}

export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
