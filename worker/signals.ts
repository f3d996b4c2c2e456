// Delivers the signals that were requested for a running job, each once and in order, and stores how many processes each one
// reached. The signal for an expired question is sent only while scap still waits at that prompt: it must not hit what scap does
// next.
import type { Database } from "#lib/db/connection.ts";
import { advanceSequence } from "#lib/db/numbers.ts";
import { LeaseLost } from "#lib/db/runs.ts";
import { listSignals, settleSignal, type SignalRow } from "#lib/db/signals.ts";
import type { Log } from "#lib/log.ts";
import type { HolderConnection } from "../holder/client/connection-types.ts";
import type { SignalRecord } from "../holder/protocol/messages.ts";
import type { JobStore } from "./job-store.ts";
import { createRowCheck } from "./row-check.ts";

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

type Options = {
  db: Database;
  store: JobStore;
  jobId: number;
  client: () => HolderConnection | undefined;
  /** Whether scap still waits at the prompt of an expired question; undefined while that is unknown. */
  stillWaitsAt: (promptKey: string) => boolean | undefined;
  log: Log;
  /** A signal cannot be delivered: the run fails. */
  onError: (cause: unknown) => void;
};

export function createSignals(options: Options): Signals {
  const { db, store, jobId } = options;
  let isStopped = false;
  const check = createRowCheck(async () => {
    for (const signal of await listSignals(db, jobId)) await deliver(options, signal);
  }, options.onError);

  return {
    deliver: () => void check.request(),
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
    settled: () => check.settled(),
    stop() {
      isStopped = true;
      check.stop();
    },
  };
}

/** Without a connection to the holder, and while it is unknown whether the signal still applies, it stays undelivered. */
async function deliver(options: Options, signal: SignalRow): Promise<void> {
  const { store, jobId, log } = options;
  const client = options.client();
  if (signal.delivered || client === undefined) return;
  const isMeant = signal.forPrompt === null || options.stillWaitsAt(signal.forPrompt);
  if (isMeant === undefined) return;
  if (!isMeant) {
    await store.run((tx) => settleSignal(tx, jobId, signal.id, 0, NO_LONGER_ASKED));
    return;
  }
  const { count } = await client.signal({
    signalId: String(signal.id),
    kind: signal.kind,
    by: signal.requestedBy,
  });
  await store.run((tx) => settleSignal(tx, jobId, signal.id, count));
  log.info("signal: delivered", {
    "event.action": "signal_delivered",
    jobId,
    signalId: signal.id,
    kind: signal.kind,
    count,
  });
}
