// The train: where it is, and what a job moved.
import { z } from "zod";
import { STATIONS, STATIONS_AND_START } from "../domain/train.ts";
import { type Endpoint, json } from "./endpoint.ts";
import { id, time } from "./fields.ts";

const versionCount = z.object({ version: z.string(), wikis: z.int() });

export const trainTask = z.object({
  id: z.string(),
  /** As the train blockers service names it: `open`, `resolved`. */
  status: z.string(),
  /** The version that the task is about. */
  version: z.string().nullable(),
  /** The day of the train. */
  date: z.string().nullable(),
});

export const trainSummary = z.object({
  /** The version that the train brings; null if no source names one. */
  version: z.string().nullable(),
  /** The version that wikis run before it, and after a rollback; null if there is none on the deployment host. */
  oldVersion: z.string().nullable(),
  /** The last group whose only version is that of the train. */
  station: z.enum(STATIONS_AND_START),
  task: trainTask.nullable(),
  stations: z.array(
    z.object({
      name: z.enum(STATIONS),
      /** The newest first. */
      versions: z.array(versionCount),
    }),
  ),
  /** All wikis, also those in no group. */
  wikis: z.int(),
  warnings: z.array(z.string()),
});

/** A state of the train that a job names. */
export const trainSnapshot = trainSummary.extend({ readAt: time });
export type TrainSnapshot = z.infer<typeof trainSnapshot>;

/** Of a job that moves the train. */
export const jobTrain = z.object({
  /** The state that it started from; null until it starts. */
  before: trainSnapshot.nullable(),
  /** The state after its end; null until then, and if it could not be read. */
  after: trainSnapshot.nullable(),
});

/** Which state is the current one. */
export const trainReading = z.object({
  /** Changes whenever the state changes. */
  id,
  /** When it was last read, if the deployment host has not reported for a minute; otherwise null. */
  staleSince: time.nullable(),
});
export type TrainReading = z.infer<typeof trainReading>;

export const train = trainSummary.extend({
  ...trainReading.shape,
  /** The deployment host on which it was read. */
  host: z.string(),
  /** Since when it is like this. */
  readAt: time,
  /** The version of each wiki, by its database name. */
  versions: z.record(z.string(), z.string()),
  /** The wikis of each group. */
  groups: z.record(z.enum(STATIONS), z.array(z.string())),
});
export type Train = z.infer<typeof train>;

export const trainResponse = z.object({
  /** Null if no worker reads the train (SCAP_STAGING_DIR). */
  train: train.nullable(),
});

export const trainEndpoints = {
  readTrain: {
    method: "GET",
    path: "/api/train",
    summary: "Get where the train is: stations, versions, wikis, task and warnings.",
    permission: "view",
    response: json(trainResponse, 200),
  },
} as const satisfies Record<string, Endpoint>;
