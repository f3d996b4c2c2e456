// Measures a holder without a worker: how fast output passes through it to a reader, with and without prompt detection.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { connectHolder } from "../../holder/client/connect.ts";
import { launchSpare } from "../../holder/client/launch.ts";
import type { HolderRecord } from "../../holder/protocol/messages.ts";
import { monotonicNow } from "../../holder/protocol/monotonic-clock.ts";
import { type Event, initialState, step } from "../../worker/prompt/decide.ts";
import { createScreen } from "../../worker/prompt/screen.ts";

/** Consumes the records of the holder. */
export type Reader = { take(record: HolderRecord): void; send(event: Event): void; stop(): void };

const START_WITHIN_MS = 30_000;

/** @param reader undefined discards the records. @returns output in bytes per second, first to last record. */
export async function flood(
  dataDir: string,
  argv: readonly string[],
  reader: Reader | undefined,
): Promise<number> {
  const directory = mkdtempSync(join(dataDir, "flood-"));
  const spare = launchSpare({ dataDir: directory });
  try {
    await spare.ready;
    const notAfter = monotonicNow() + START_WITHIN_MS;
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };
    const started = await spare.start({
      jobId: "1",
      argv: [...argv],
      cwd: "/",
      env,
      ...TERMINAL_SIZE,
      notAfter,
      epoch: 1,
    });
    if (!started.started) throw new Error(`the flood did not start: ${started.message}`);
    let bytes = 0;
    let firstAt: number | undefined;
    const connection = await connectHolder(directory, "1", {
      epoch: 1,
      fromPosition: 0,
      onRecord(record) {
        firstAt ??= performance.now();
        if (record.kind === "output") bytes += record.bytes.length;
        reader?.take(record);
      },
      onReading: (fact) => reader?.send({ kind: "reading", fact, at: Date.now() }),
      onNotReading: (readId) => reader?.send({ kind: "notReading", readId, at: Date.now() }),
    });
    await connection.closed;
    if (firstAt === undefined) throw new Error("the flood printed nothing");
    return bytes / ((performance.now() - firstAt) / 1000);
  } finally {
    reader?.stop();
    spare.discard();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Does what the worker does to detect prompts, and nothing else. */
export function detectingReader(): Reader {
  const screen = createScreen(TERMINAL_SIZE);
  let state = initialState();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function send(event: Event): void {
    if (isStopped) return;
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) {
      if (effect.kind === "takeSnapshot") {
        const snapshot = screen.snapshot();
        queueMicrotask(() => send({ kind: "snapshot", snapshot, at: Date.now() }));
      } else if (effect.kind === "wakeAt") {
        clearTimeout(timer);
        timer = setTimeout(() => send({ kind: "tick", at: Date.now() }), effect.at - Date.now());
      }
    }
  }

  return {
    take(record) {
      if (record.kind === "output") {
        screen.feed(record.bytes, record.next, record.at);
        screen.emulator.takeCompleted();
        screen.emulator.takeSettled();
      }
      const bytes = record.kind === "output" ? record.bytes.length : 0;
      send({ kind: "output", position: record.next, bytes, at: record.at });
    },
    send,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
