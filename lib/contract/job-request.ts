// The request for a new job.
import { z } from "zod";
import { LANE_PATTERN } from "../domain/job.ts";
import { KIND_PATTERN } from "../domain/operation.ts";

/** The members that every request for a job has. */
export const jobRequestFields = {
  kind: z.string().regex(KIND_PATTERN),
  lane: z.string().regex(LANE_PATTERN).optional(),
  /** The `revision` of the operation that a person has confirmed: the request is refused when it is no longer this one. */
  operationRevision: z.string().max(100).optional(),
};

/**
 * With the parameters of the operation as further members; `GET /api/operations` has the JSON Schema of each. All members are
 * checked together in lib/actions/job-request.ts, so that one response names every mistake of a request.
 */
export const createJobRequest = z
  .looseObject({
    kind: z.unknown().meta({ type: "string", pattern: KIND_PATTERN.source }).optional(),
    /** The default is that of the operation. */
    lane: z.unknown().meta({ type: "string", pattern: LANE_PATTERN.source }).optional(),
    /** The `revision` of the operation that a person has confirmed: the request is refused when it is no longer this one. */
    operationRevision: z.unknown().meta({ type: "string" }).optional(),
  })
  .meta({ required: ["kind"] });
export type CreateJobRequest = z.infer<typeof createJobRequest>;
