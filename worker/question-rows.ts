// The rows of a job's questions and answers: what a decision of the prompt reducer writes, each in one transaction under the lease of
// this worker, and the question of an earlier worker that is read from them.
import {
  askInteraction,
  knowsPrompt,
  type OpenPrompt,
  settleAnswer,
  withdrawPrompt,
} from "#lib/db/interactions.ts";
import { advanceSequence } from "#lib/db/numbers.ts";
import { moveJob } from "#lib/db/runs.ts";
import { expire } from "#lib/db/unanswered.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import { sendNotification } from "#lib/queue/send.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { JobStore } from "./job-store.ts";
import type { Progress, Prompt, Restored, Settlement } from "./prompt/decide.ts";
import { storable } from "./storable.ts";

/** Longer than any screen, and the limit of the table. */
const TEXT_MAX = 65_536;

export type QuestionRows = ReturnType<typeof createQuestionRows>;

/** Each function passes its write to the store before it awaits anything, so that writes are made in the order of the calls. */
export function createQuestionRows(options: {
  store: JobStore;
  jobId: number;
  clock: DatabaseClock;
  expiry: ExpiryPolicy | undefined;
}) {
  const { store, jobId, clock, expiry } = options;

  return {
    /** @param line the line of the log at which scap waits. */
    ask(prompt: Prompt, line: number): ReturnType<typeof askInteraction> {
      const question = { ...questionOf(prompt), askedAt: clock.now(), line, expiry };
      return store.run(async (tx) => {
        const asked = await askInteraction(tx, jobId, question);
        if (asked.isNew) await sendNotification(tx, jobId);
        return asked;
      });
    },
    /** @returns false when an answer was first. */
    withdraw(promptKey: string, why: string): Promise<boolean> {
      return store.run(async (tx) => {
        const isPending = await withdrawPrompt(tx, jobId, promptKey, why);
        if (!isPending) return false;
        await moveJob(tx, jobId, "running");
        await sendNotification(tx, jobId);
        return true;
      });
    },
    settle({ interactionId, delivery, why, isFromJournal }: Settlement): Promise<void> {
      return store.run(async (tx) => {
        // The database may have been restored to a state before this number.
        if (isFromJournal === true) await advanceSequence(tx, "interaction", interactionId);
        await settleAnswer(tx, jobId, interactionId, delivery, why);
      });
    },
    /** @returns false when it is not due, or was answered first. */
    expire(interactionId: number): Promise<boolean> {
      return store.run(async (tx) => {
        const isExpired = await expire(tx, jobId, interactionId);
        if (isExpired) await sendNotification(tx, jobId);
        return isExpired;
      });
    },
    /** @throws Error when the database was restored to a state without this question. */
    check(promptKey: string | undefined): Promise<void> {
      return store.run(async (tx) => {
        if (await knowsPrompt(tx, jobId, promptKey)) return;
        throw new Error("the database does not have the questions that it had confirmed");
      });
    },
  };
}

function questionOf(prompt: Prompt) {
  const { promptKey, kind, message, options, recognised, unsure, complaint } = prompt;
  return {
    promptKey,
    kind,
    message: storableText(message),
    options: options.map((option) => ({ ...option, text: storableText(option.text) })),
    default: prompt.default ?? null,
    recognised: recognised && !unsure,
    complaint: complaint === undefined ? null : storableText(complaint),
  };
}

function storableText(text: string): string {
  return storable(text.slice(0, TEXT_MAX));
}

/** The question that an earlier worker asked, in the mode in which it left it. */
export function restoredQuestion(row: OpenPrompt): Restored {
  const { promptKey, kind, message, interactionId, answer } = row;
  return { prompt: { promptKey, kind, message, interactionId }, progress: progressOf(row, answer) };
}

function progressOf({ state, interactionId }: OpenPrompt, answer: OpenPrompt["answer"]): Progress {
  if (state === "expired") return { mode: "expired", since: 0 };
  if (answer === null) return { mode: "open" };
  const { value, by } = answer;
  return value === null
    ? { mode: "awaiting_secret", answer: { interactionId, by, value: undefined }, since: 0 }
    : { mode: "ready", answer: { interactionId, by, value } };
}
