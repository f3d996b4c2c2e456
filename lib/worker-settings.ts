// The settings of workers, a part of lib/config.ts: what a worker is, and what it does about unanswered questions.
import os from "node:os";
import { z } from "zod";
import { KIND_PATTERN } from "./domain/operation.ts";
import { EXPIRY_ACTIONS, type ExpiryPolicy } from "./domain/unanswered.ts";

const MINUTE_MS = 60_000;
const MIB = 1024 ** 2;
/** A year. */
const MINUTES_MAX = 525_600;
/** A pebibyte. */
const DISK_MIB_MAX = 1024 ** 3;

export const WORKER_SETTINGS = {
  WORKER_HOST: z
    .string()
    .default(os.hostname())
    .describe(
      "Name of this host in the history; workers with the same name share DATA_DIR and fail over to each other. It must not change with a restart, because lanes are bound to it. Default: the host's own name.",
    ),
  WORKER_OPERATIONS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(
      z.array(z.string().regex(KIND_PATTERN, "must be kinds of operations, for example `backport, revert`")),
    )
    .optional()
    .describe(
      "Operations that this worker can do, by their kinds, separated by commas, for example `backport, revert`. Default: all of them.",
    ),
  MIN_FREE_DISK_MIB: z.coerce
    .number()
    .min(0)
    .max(DISK_MIB_MAX)
    .default(256)
    .describe(
      "A worker starts no jobs while DATA_DIR has less free space than this, in MiB. Running jobs continue. 0: never checked. Default: 256.",
    ),
  REMIND_AFTER_MINUTES: z.coerce
    .number()
    .min(0)
    .max(MINUTES_MAX)
    .default(10)
    .describe(
      "First reminder of an unanswered question; the interval then doubles up to an hour (10, 30, 70, 130 minutes, …). 0: never. Default: 10.",
    ),
  QUESTION_EXPIRES_AFTER_MINUTES: z.coerce
    .number()
    .positive()
    .max(MINUTES_MAX)
    .optional()
    .describe(
      "An unanswered question expires after this time, with `QUESTION_EXPIRY_ACTION`; SpiderPig never answers it. Default: never. Applies to new questions.",
    ),
  QUESTION_EXPIRY_ACTION: z
    .enum(EXPIRY_ACTIONS)
    .default("interrupt")
    .describe(
      "What happens when a question expires. `interrupt`: the innermost scap is interrupted; it ends without another question, and servers keep their current version. `terminate`: scap is terminated. Default: `interrupt`.",
    ),
} as const satisfies Record<string, z.ZodType>;

export type WorkerSettings = Readonly<{
  workerHost: string;
  /** undefined: all. */
  workerOperations: readonly string[] | undefined;
  /** 0: never checked. */
  minFreeDiskBytes: number;
  /** 0: never. */
  remindAfterMs: number;
  /** When a question expires; undefined: never. */
  questionExpiry: ExpiryPolicy | undefined;
}>;

export function workerSettingsOf(value: z.infer<z.ZodObject<typeof WORKER_SETTINGS>>): WorkerSettings {
  const { QUESTION_EXPIRES_AFTER_MINUTES: minutes, QUESTION_EXPIRY_ACTION: action } = value;
  return {
    workerHost: value.WORKER_HOST,
    workerOperations: value.WORKER_OPERATIONS,
    minFreeDiskBytes: value.MIN_FREE_DISK_MIB * MIB,
    remindAfterMs: value.REMIND_AFTER_MINUTES * MINUTE_MS,
    questionExpiry: minutes === undefined ? undefined : { afterMs: minutes * MINUTE_MS, action },
  };
}
