// Lanes: which job holds one, which host it is bound to, and whether it is frozen. Hosts: what they can start.
import { z } from "zod";
import { LANE_PATTERN } from "../domain/job.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";
import { id, instant, jobParams, note, time } from "./fields.ts";
import { job } from "./job.ts";

export const lane = z.object({
  name: z.string(),
  /** The job that holds the lane; null when the next one may start. */
  heldBy: id.nullable(),
  /** The only host that starts its jobs; null before its first job. */
  host: z.string().nullable(),
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

const hostName = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), "It contains a character that no host name has");

/** Who takes over the lane, and why. */
export const laneSwitchRequest = z.strictObject({ host: hostName, reason: note });

/** Why the host is to start no jobs. */
export const drainRequest = z.strictObject({ reason: note });

/** What decides whether a host starts a job. */
export const hostState = z.object({
  name: z.string(),
  isResponding: z.boolean(),
  /** Who drained it: it starts no jobs, and running ones continue. Null when it is not drained. */
  drain: z.object({ at: time, by: z.string(), reason: z.string() }).nullable(),
  /** Why its workers start no jobs now, for example a full disk; null when they do, or do not respond. */
  claimProblem: z.string().nullable(),
  /** The operations that its workers can do; null: all. */
  operations: z.array(z.string()).nullable(),
});
export type HostState = z.infer<typeof hostState>;

/** A host with a worker, as its newest worker reports. */
export const host = hostState.extend({
  version: z.string(),
  heartbeatAt: time,
  /** When it was shut down; null while it runs, and if it died. */
  stoppedAt: time.nullable(),
  /** What `scap version` printed; null before, and if it failed. */
  scapVersion: z.string().nullable(),
  /** Why `scap version` failed; null otherwise. */
  scapProblem: z.string().nullable(),
  runningJobs: z.int(),
});
export type Host = z.infer<typeof host>;

const hostParams = z.object({ host: hostName });

export const hostList = z.object({ hosts: z.array(host) });

export const laneList = z.object({ lanes: z.array(lane) });

export const laneEndpoints = {
  listLanes: {
    method: "GET",
    path: "/api/lanes",
    summary: "List the lanes that have jobs, are held by a lost job, are frozen, or are bound to a host.",
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
  switchLane: {
    method: "PUT",
    path: "/api/lanes/{lane}/host",
    summary:
      "Bind a lane to another host, which starts its jobs from now on. A running job continues on its host.",
    permission: "manage_hosts",
    params: laneParams,
    body: laneSwitchRequest,
    response: empty,
    problems: ["host_not_found"],
  },
  drainHost: {
    method: "PUT",
    path: "/api/hosts/{host}/drain",
    summary: "Drain a host: it starts no more jobs. Running jobs continue.",
    permission: "manage_hosts",
    params: hostParams,
    body: drainRequest,
    response: empty,
    problems: ["host_not_found", "host_drained"],
  },
  undrainHost: {
    method: "DELETE",
    path: "/api/hosts/{host}/drain",
    summary: "End the drain of a host: it starts jobs again.",
    permission: "manage_hosts",
    params: hostParams,
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
