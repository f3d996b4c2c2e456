// Lanes: which job holds one, and whether it is frozen.
import { z } from "zod";
import { LANE_PATTERN } from "../domain/job.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";
import { id, instant, jobParams, note, time } from "./fields.ts";
import { job } from "./job.ts";

export const lane = z.object({
  name: z.string(),
  /** The job that holds the lane; null when the next one may start. */
  heldBy: id.nullable(),
  freeze: z
    .object({ reason: z.string(), frozenBy: z.string(), frozenAt: time, until: time.nullable() })
    .nullable(),
});
export type Lane = z.infer<typeof lane>;

export const freezeRequest = z.strictObject({
  reason: note,
  /** When the freeze ends by itself; without it an admin has to lift it. */
  until: instant.optional(),
});

export const laneFreeze = z.object({
  lane: z.string(),
  reason: z.string(),
  frozenBy: z.string(),
  until: time.nullable(),
});

/** What a person found on the servers. */
export const laneReleaseRequest = z.strictObject({ note });

const laneParams = z.object({ lane: z.string().regex(LANE_PATTERN) });

/** A host with a worker, as its newest worker reports. */
export const host = z.object({
  name: z.string(),
  version: z.string(),
  isResponding: z.boolean(),
  heartbeatAt: time,
  /** When it was shut down; null while it runs, and if it died. */
  stoppedAt: time.nullable(),
  runningJobs: z.int(),
});
export type Host = z.infer<typeof host>;

export const hostList = z.object({ hosts: z.array(host) });

export const laneList = z.object({ lanes: z.array(lane) });

export const laneEndpoints = {
  listLanes: {
    method: "GET",
    path: "/api/lanes",
    summary: "List the lanes that have jobs, are held by a lost job, or are frozen.",
    permission: "view",
    response: json(laneList, 200),
  },
  listHosts: {
    method: "GET",
    path: "/api/hosts",
    summary: "List the hosts whose workers were connected in the last 30 days.",
    permission: "view",
    response: json(hostList, 200),
  },
  freezeLane: {
    method: "PUT",
    path: "/api/lanes/{lane}/freeze",
    summary: "Freeze a lane: it accepts no new jobs and starts none.",
    permission: "freeze_lane",
    params: laneParams,
    body: freezeRequest,
    response: json(laneFreeze, 200),
    problems: ["lane_frozen"],
  },
  unfreezeLane: {
    method: "DELETE",
    path: "/api/lanes/{lane}/freeze",
    summary: "Lift the freeze of a lane.",
    permission: "freeze_lane",
    params: laneParams,
    response: empty,
  },
  releaseLane: {
    method: "POST",
    path: "/api/jobs/{id}/lane-release",
    summary:
      "Confirm the state of the servers after a lost deployment, and release its lane for the next job.",
    permission: "release_lane",
    params: jobParams,
    body: laneReleaseRequest,
    response: json(job, 200),
    problems: ["lane_not_held"],
  },
} as const satisfies Record<string, Endpoint>;
