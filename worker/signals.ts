// Carries out what people asked of a running job: each signal once, in order, and writes down how many processes
// it reached. What the expiry of a question asked for is sent only while scap waits at that very prompt: it must not
// meet whatever scap does next.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { passNumber } from "#lib/db/numbers.ts";
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
  /** The journal says that one was sent, perhaps by an earlier worker that could not write it down any more. */
  wasSent(record: SignalRecord): void;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
  stop(): void;
};

export function createSignals(options: {
  db: Database;
  store: JobStore;
  jobId: number;
  client: () => HolderConnection | undefined;
  /** Of the prompt of an expired question; undefined while that is not known. */
  stillWaitsAt: (promptKey: string) => boolean | undefined;
  log: Log;
  /** A signal could not be delivered: this run cannot go on. */
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
    // In the same turn as the last check of `isWanted`: a later call starts a new round.
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
          await passNumber(tx, "signal", Number(signalId));
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
