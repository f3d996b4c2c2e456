// Reads the unsettled answers of a job whenever there may be one. The rows decide: a message only triggers the read.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { listUnsettledAnswers } from "#lib/db/interactions.ts";
import type { GivenAnswer } from "#lib/domain/interaction.ts";

const RETRY_MS = 500;

export type UnsettledAnswers = {
  /** Reads them once more, after a read that is under way. Never rejects. */
  check(): Promise<void>;
  /** Resolves when no read is under way. */
  settled(): Promise<void>;
  stop(): void;
};

export function createUnsettledAnswers(options: {
  db: Database;
  jobId: number;
  onAnswer: (answer: GivenAnswer) => void;
  /** Answers cannot be read: this run cannot continue. */
  onError: (cause: unknown) => void;
}): UnsettledAnswers {
  let running: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;

  async function run(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        for (const answer of await listUnsettledAnswers(options.db, options.jobId)) options.onAnswer(answer);
      } catch (error) {
        if (isUnreachable(error)) {
          isWanted = true;
          await sleep(RETRY_MS);
        } else if (!isStopped) {
          options.onError(error);
        }
      }
    }
    // Set synchronously after the last check of `isWanted`, so that a later call starts a new read.
    running = undefined;
  }

  return {
    check() {
      isWanted = true;
      running ??= run();
      return running;
    },
    settled: async () => running,
    stop() {
      isStopped = true;
    },
  };
}
