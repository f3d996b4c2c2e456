// Operations: what jobs can do, and the form of each.
import { z } from "zod";
import { EVIDENCE_RULES, PARAMETER_TYPES } from "../domain/operation.ts";
import { ROLES } from "../domain/permission.ts";
import { type Endpoint, json } from "./endpoint.ts";

/** The operation of a job, as it was when the job was queued. */
export const jobOperation = z.object({
  name: z.string(),
  /** The label of the outcome `completed`. */
  completedLabel: z.string(),
  /** What the outcome `completed` requires: evidence that production was reached, or exit code 0. */
  evidence: z.enum(EVIDENCE_RULES),
});

/** A parameter of an operation, as a form shows it. */
export const operationParameter = z.object({
  name: z.string(),
  label: z.string(),
  hint: z.string().nullable(),
  type: z.enum(PARAMETER_TYPES),
  isOptional: z.boolean(),
  /** What the pattern of a text requires; null when it has none. */
  patternHint: z.string().nullable(),
  /** Of a choice, in display order; otherwise empty. */
  options: z.array(z.object({ value: z.string(), label: z.string() })),
});
export type OperationParameter = z.infer<typeof operationParameter>;

export const operation = z.object({
  /** Its name in requests. */
  kind: z.string(),
  /** Differs after every change of the definition. A request that names it is refused if it is no longer this one. */
  revision: z.string(),
  name: z.string(),
  description: z.string(),
  parameters: z.array(operationParameter),
  /** The JSON Schema of the parameters in `POST /api/jobs`. */
  form: z.record(z.string(), z.unknown()),
  /** Arguments of scap with `{parameter}` in place of each value. */
  command: z.array(z.string()),
  /** The lowest role that may start it. */
  role: z.enum(ROLES),
  isPermitted: z.boolean(),
  lane: z.string(),
  /** What a person confirms, with `{parameter}` in place of each value. */
  confirmation: z.string(),
  /** The hosts that may run it; null: any. */
  hosts: z.array(z.string()).nullable(),
  /** What the outcome `completed` requires. */
  evidence: z.enum(EVIDENCE_RULES),
});
export type Operation = z.infer<typeof operation>;

export const operationList = z.object({
  operations: z.array(operation),
  /** For admins: the mistakes in OPERATIONS_FILE, whose last valid version is in effect. */
  fileProblems: z.array(z.string()),
});
export type OperationList = z.infer<typeof operationList>;

export const operationEndpoints = {
  listOperations: {
    method: "GET",
    path: "/api/operations",
    summary: "List the operations with their parameters, and whether the user may start them.",
    permission: "view",
    response: json(operationList, 200),
  },
} as const satisfies Record<string, Endpoint>;
