// The settings of the train, a part of lib/config.ts. Only workers use them.
import path from "node:path";
import { z } from "zod";
import { url } from "./setting-formats.ts";

export const TRAIN_SETTINGS = {
  SCAP_STAGING_DIR: z
    .string()
    .optional()
    .describe(
      "Staging directory of scap (`stage_dir`), for example `/srv/mediawiki-staging`. The worker reads the state of the train from it (docs/train.md). Default: none, without the train page; with the sandbox, its own.",
    ),
  SCAP_REALM: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "must be a name, for example labs")
    .optional()
    .describe(
      "Realm whose versions the train has: `wikiversions-<realm>.json` in place of `wikiversions.json`. Default: none.",
    ),
  TRAIN_BLOCKERS_URL: url
    .optional()
    .describe(
      "URL of the service that names the task of the train, for example `https://train-blockers.toolforge.org/api.php`. Default: none; with the sandbox, its own.",
    ),
  TRAIN_PROJECT: z
    .string()
    .default("mediawiki/core")
    .describe(
      "Project in Gerrit whose newest branch `wmf/<version>` is the version of the train. Default: `mediawiki/core`.",
    ),
} as const satisfies Record<string, z.ZodType>;

export type TrainSettings = Readonly<{
  train: Readonly<{
    /** Absolute. Undefined: this worker does not read the train. */
    stagingDirectory: string | undefined;
    realm: string | undefined;
    blockersUrl: string | undefined;
    project: string;
  }>;
}>;

export function trainSettingsOf(value: z.output<z.ZodObject<typeof TRAIN_SETTINGS>>): TrainSettings {
  const { SCAP_STAGING_DIR: directory } = value;
  return {
    train: {
      stagingDirectory: directory === undefined ? undefined : path.resolve(directory),
      realm: value.SCAP_REALM,
      blockersUrl: value.TRAIN_BLOCKERS_URL,
      project: value.TRAIN_PROJECT,
    },
  };
}
