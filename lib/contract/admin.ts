// For administrators: people with their accounts, and the audit.
import { z } from "zod";
import { AUDIT_CHANNELS, AUDIT_KINDS } from "../domain/audit.ts";
import { ROLES } from "../domain/permission.ts";
import { empty, type Endpoint, file, json } from "./endpoint.ts";
import { idText, instant, listText, numberText, time } from "./fields.ts";

const AUDIT_EVENTS_MAX = 200;

export const person = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  /** How the person signs in. */
  source: z.enum(["password", "single_sign_on"]),
  isDisabled: z.boolean(),
  createdAt: time,
  /** The last sign-in or request; null before the first. */
  lastSeenAt: time.nullable(),
  secondFactors: z.array(z.enum(["authenticator_app", "passkey"])),
  /** Open sessions of browsers. */
  sessions: z.int(),
  /** API tokens that have not expired. */
  tokens: z.int(),
  /** Jobs that run or wait for input. They continue when the account is disabled. */
  runningJobs: z.int(),
  /** Queued jobs, held ones included. They are held when the account is disabled. */
  queuedJobs: z.int(),
});
export type Person = z.infer<typeof person>;

export const personList = z.object({ people: z.array(person) });

export const roleRequest = z.strictObject({ role: z.enum(ROLES) });
export const disabledRequest = z.strictObject({ isDisabled: z.boolean() });

/** How many sessions were ended. */
export const endedSessions = z.object({ sessions: z.int() });

/** How many tokens were revoked. */
export const revokedTokens = z.object({ tokens: z.int() });

export const auditEvent = z.object({
  id: z.int(),
  at: time,
  kind: z.enum(AUDIT_KINDS),
  /** The account that acted, or the operating-system user of a command; null if it is not known. */
  actor: z.string().nullable(),
  /** The account or lane that was acted on, or `job 12`. */
  target: z.string().nullable(),
  channel: z.enum(AUDIT_CHANNELS),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  /** By kind. */
  details: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof auditEvent>;

const nameText = z
  .string()
  .max(200)
  .refine((text) => !text.includes("\0"), "It contains a character that no name has");

/** Which events a list contains: those that meet all conditions. */
export const auditFilter = z.strictObject({
  kind: listText(z.enum(AUDIT_KINDS)).optional(),
  actor: nameText.optional(),
  target: nameText.optional(),
  from: instant.optional(),
  to: instant.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const listAuditQuery = auditFilter.extend({
  limit: numberText(1, AUDIT_EVENTS_MAX).default(50),
  /** `nextCursor` of the previous page. */
  cursor: idText.optional(),
});

export const auditPage = z.object({ events: z.array(auditEvent), nextCursor: z.string().nullable() });
export type AuditPage = z.infer<typeof auditPage>;

const personParams = z.object({ name: nameText });
/** Of an endpoint that changes the account of a person. */
const ACCOUNT_PROBLEMS = ["account_not_found", "own_account"] as const;

export const adminEndpoints = {
  listPeople: {
    method: "GET",
    path: "/api/admin/people",
    summary: "List all accounts.",
    permission: "manage_people",
    response: json(personList, 200),
  },
  setRole: {
    method: "PUT",
    path: "/api/admin/people/{name}/role",
    summary: "Change the role of a person.",
    permission: "manage_people",
    params: personParams,
    body: roleRequest,
    response: empty,
    problems: ACCOUNT_PROBLEMS,
  },
  setDisabled: {
    method: "PUT",
    path: "/api/admin/people/{name}/disabled",
    summary:
      "Disable or enable an account. Disabling ends its sessions and tokens, and holds its queued jobs until an admin releases them.",
    permission: "manage_people",
    params: personParams,
    body: disabledRequest,
    response: empty,
    problems: ACCOUNT_PROBLEMS,
  },
  deletePerson: {
    method: "DELETE",
    path: "/api/admin/people/{name}",
    summary: "Delete a disabled account. Its name stays in the history.",
    permission: "manage_people",
    params: personParams,
    response: empty,
    problems: [...ACCOUNT_PROBLEMS, "account_not_disabled"],
  },
  endSessions: {
    method: "DELETE",
    path: "/api/admin/people/{name}/sessions",
    summary: "Sign a person out everywhere. API tokens stay.",
    permission: "manage_people",
    params: personParams,
    response: json(endedSessions, 200),
    problems: ACCOUNT_PROBLEMS,
  },
  revokeTokens: {
    method: "DELETE",
    path: "/api/admin/people/{name}/tokens",
    summary: "Revoke all API tokens of a person.",
    permission: "manage_people",
    params: personParams,
    response: json(revokedTokens, 200),
    problems: ACCOUNT_PROBLEMS,
  },
  resetSecondFactors: {
    method: "DELETE",
    path: "/api/admin/people/{name}/second-factors",
    summary:
      "Remove the authenticator app, the passkeys and the recovery codes of a person, and sign them out.",
    permission: "manage_people",
    params: personParams,
    response: empty,
    problems: ACCOUNT_PROBLEMS,
  },
  endAllSessions: {
    method: "DELETE",
    path: "/api/admin/sessions",
    summary: "Sign everyone out, except the session that sends the request. API tokens stay.",
    permission: "manage_people",
    response: json(endedSessions, 200),
  },
  listAuditEvents: {
    method: "GET",
    path: "/api/admin/audit",
    summary: "List audit events, newest first.",
    permission: "view_audit",
    query: listAuditQuery,
    response: json(auditPage, 200),
  },
  exportAudit: {
    method: "GET",
    path: "/api/admin/audit.csv",
    summary: "Export all audit events of a filter as CSV, newest first.",
    permission: "view_audit",
    query: auditFilter,
    response: file("text/csv"),
  },
} as const satisfies Record<string, Endpoint>;
