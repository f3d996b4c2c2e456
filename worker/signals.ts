// Delivers the signals that were requested for a running job, each once and in order, and stores how many processes each one
// reached. The signal for an expired question is sent only while scap still waits at that prompt: it must not hit what scap does
// next.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { advanceSequence } from "#lib/db/numbers.ts";
import { LeaseLost } from "#lib/db/runs.ts";
import { listSignals, settleSignal } from "#lib/db/signals.ts";
import type { Log } from "#lib/log.ts";
import { ConnectionLost, type HolderConnection } from "../holder/client/connection-types.ts";
import type { SignalRecord } from "../holder/protocol/messages.ts";
import type { JobStore } from "./job-store.ts";

const RETRY_MS = 500;
const NO_LONGER_ASKED = "scap no longer asked the question that had expired";

export type Signals = {
  /** Checks for signals that were requested and are not delivered. */
  deliver(): void;
  /** The journal reports one as sent, perhaps by an earlier worker that could not store it. */
  wasSent(record: SignalRecord): void;
  /** Resolves when no delivery is running. */
  settled(): Promise<void>;
  stop(): void;
};

export function createSignals(options: {
  db: Database;
  store: JobStore;
  jobId: number;
  client: () => HolderConnection | undefined;
  /** Whether scap still waits at the prompt of an expired question; undefined while that is unknown. */
  stillWaitsAt: (promptKey: string) => boolean | undefined;
  log: Log;
  /** A signal cannot be delivered: the run fails. */
  onError: (cause: unknown) => void;
}): Signals {
  const { db, store, jobId, log } = options;
  let isStopped = false;
  let running: Promise<void> | undefined;
  let isWanted = false;

  async function check(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        for (const signal of await listSignals(db, jobId)) {
          const client = options.client();
          if (signal.delivered || client === undefined) continue;
          const isMeant = signal.forPrompt === null || options.stillWaitsAt(signal.forPrompt);
          if (isMeant === undefined) continue;
          if (!isMeant) {
            await store.run((tx) => settleSignal(tx, jobId, signal.id, 0, NO_LONGER_ASKED));
            continue;
          }
          const { count } = await client.signal({
            signalId: String(signal.id),
            kind: signal.kind,
            by: signal.requestedBy,
          });
          await store.run((tx) => settleSignal(tx, jobId, signal.id, count));
          log.info("signal: delivered", { jobId, signalId: signal.id, kind: signal.kind, count });
        }
      } catch (error) {
        if (error instanceof LeaseLost) break;
        if (!isUnreachable(error) && !(error instanceof ConnectionLost)) {
          if (!isStopped) options.onError(error);
          break;
        }
        isWanted = true;
        await sleep(RETRY_MS);
      }
    }
    // Set synchronously after the last check of `isWanted`, so that a later call starts a new delivery.
    running = undefined;
  }

  return {
    deliver() {
      isWanted = true;
      running ??= check();
    },
    wasSent({ signalId, pids }) {
      store
        .run(async (tx) => {
          await advanceSequence(tx, "signal", Number(signalId));
          await settleSignal(tx, jobId, Number(signalId), pids.length);
        })
        .catch((error: unknown) => {
          if (!isStopped && !(error instanceof LeaseLost)) options.onError(error);
        });
    },
    settled: async () => running,
    stop() {
      isStopped = true;
    },
  };
}
