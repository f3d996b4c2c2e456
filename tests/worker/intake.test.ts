// The journal positions that the questions receive, without a database: a read is judged when all records before it have
// been processed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "../../worker/database-clock.ts";
import type { HolderRecord, SignalRecord } from "../../holder/protocol/messages.ts";
import { createIntake } from "../../worker/intake.ts";
import { createThrottle } from "../../worker/throttle.ts";
import { createScreen } from "../../worker/prompt/screen.ts";
import type { Questions } from "../../worker/questions.ts";
import type { Signals } from "../../worker/signals.ts";
import type { Transcript } from "../../worker/transcript.ts";

const nothing = (): void => undefined;
/** A partial implementation with only the members that a test needs. */
const only = <T>(parts: Partial<T>): T => parts as T;

test("the questions receive the position of every record, also of lost output", async () => {
  const positions: (number | undefined)[] = [];
  const intake = createIntake({
    jobId: 1,
    protocolKey: "key",
    stored: { journalEnd: 0, journalSkip: 0 },
    replayFrom: { journalEnd: 0, journalSkip: 0 },
    screen: createScreen(TERMINAL_SIZE),
    transcript: only<Transcript>({ push: nothing, resume: nothing }),
    questions: only<Questions>({
      dispatch: (event) => positions.push("position" in event ? event.position : undefined),
    }),
    signals: only<Signals>({ wasSent: nothing }),
    throttle: createThrottle().join(),
    clock: only<DatabaseClock>({ at: (ms) => new Date(ms) }),
    log: only<Log>({ error: nothing }),
    onError: (cause) => assert.fail(String(cause)),
  });
  const records: HolderRecord[] = [
    { position: 0, next: 10, at: 1, kind: "output", bytes: Buffer.from("a line\r\n") },
    { position: 10, next: 20, at: 2, kind: "gap", lostBytes: 1000 },
    {
      position: 20,
      next: 30,
      at: 3,
      kind: "signal",
      signal: only<SignalRecord>({ signalId: "1", pids: [] }),
    },
    { position: 30, next: 40, at: 4, kind: "input", input: { interactionId: "1", text: "y", by: "tester" } },
  ];

  for (const record of records) await intake.take(record);
  intake.stop();

  assert.deepEqual(positions, [10, 20, 30, 40]);
});
