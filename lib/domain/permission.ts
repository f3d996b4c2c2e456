// The one place that defines permissions. Every route and every page asks `may`; none has a rule of its own.
import {
  answerPolicyRefusal,
  type ErrorConfirmation,
  exceededErrorRate,
  isAdmitted,
  isStartRestricted,
  type Policy,
  type PolicyCaller,
  type PolicyRefusal,
  type PolicySubject,
} from "./policy.ts";

import { isAuthor } from "./window.ts";

export const ROLES = ["viewer", "deployer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const ACTIONS = [
  "view",
  "create_job",
  "answer_interaction",
  "cancel_job",
  "move_queued_job",
  "take_over_job",
  "manage_window",
  "report_on_window_item",
  "signal_job",
  "retry_job",
  "revert_job",
  "see_sensitive_output",
  "declare_lost",
  "release_lane",
  "freeze_lane",
  "manage_hosts",
  "release_held_job",
  "override_policy",
  "manage_people",
  "manage_webhooks",
  "view_audit",
  "manage_own_account",
  "set_up_second_factor",
  "verify_second_factor",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What an API token may do at most. The role of its account is a limit as well. */
export const TOKEN_SCOPES = ["read", "deploy", "admin"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

const ROLE_OF_SCOPE = { read: "viewer", deploy: "deployer", admin: "admin" } as const satisfies Record<
  TokenScope,
  Role
>;

/** `name` is the shell name under which scap acts: it becomes SPIDERPIG_REAL_USER. */
export type User = {
  id: string;
  name: string;
  role: Role;
  /** Of a person who has signed in; absent for an API token. */
  session?: UserSession;
  /** Of an API token. */
  scope?: TokenScope;
};

/** What a person who has entered the password must still do; named after the action that it permits. */
export type SignInStep = "verify_second_factor" | "set_up_second_factor";

export type UserSession = {
  id: string;
  /** The step of signing in that is not done; undefined when the person is signed in. */
  step: SignInStep | undefined;
  /** The person proved who they are a few minutes ago (CONFIRMATION_MINUTES). */
  isConfirmed: boolean;
};

const LOWEST_ROLE = {
  view: "viewer",
  create_job: "deployer",
  answer_interaction: "deployer",
  cancel_job: "deployer",
  move_queued_job: "deployer",
  take_over_job: "deployer",
  manage_window: "deployer",
  report_on_window_item: "viewer",
  signal_job: "deployer",
  retry_job: "deployer",
  revert_job: "deployer",
  see_sensitive_output: "deployer",
  declare_lost: "admin",
  release_lane: "admin",
  freeze_lane: "admin",
  manage_hosts: "admin",
  release_held_job: "admin",
  override_policy: "deployer",
  manage_people: "admin",
  manage_webhooks: "admin",
  view_audit: "admin",
  manage_own_account: "viewer",
  set_up_second_factor: "viewer",
  verify_second_factor: "viewer",
} as const satisfies Record<Action, Role>;

/** A token cannot outlive its revocation by issuing another, or by changing how its account signs in. */
const NOT_BY_TOKEN: ReadonlySet<Action> = new Set([
  // A person says why.
  "override_policy",
  "manage_own_account",
  "set_up_second_factor",
  "verify_second_factor",
]);

/** Any deployer may answer, stop or retry any job: a deployment may last longer than a shift. */
export function may(user: User | undefined, action: Action): boolean {
  if (user === undefined) return false;
  // The password alone permits nothing else while a second factor is missing.
  if (user.session?.step !== undefined) return action === user.session.step;
  if (user.scope !== undefined && NOT_BY_TOKEN.has(action)) return false;
  // Viewers may do more: report on a change in a window.
  if (user.scope === "read" && action !== "view") return false;
  return hasRole(user, LOWEST_ROLE[action]);
}

export type Refusal = "role" | PolicyRefusal;
export type AnswerRefusal = Refusal | "errors_not_confirmed";

/** Why the user may not start an operation: a site may require a higher role, or name those who may. */
export function startRefusal(
  policy: Policy,
  user: User,
  operation: { kind: string; role: Role },
): Exclude<Refusal, "four_eyes"> | undefined {
  if (!may(user, "create_job") || !hasRole(user, operation.role)) return "role";
  return isStartRestricted(policy, policyCaller(user), operation.kind) ? "restricted" : undefined;
}

/** Why the user may not give this answer to a question of this job now. */
export function answerRefusal(
  policy: Policy,
  user: User,
  subject: PolicySubject,
  confirmation: ErrorConfirmation,
): AnswerRefusal | undefined {
  if (!may(user, "answer_interaction")) return "role";
  const refusal = answerPolicyRefusal(policy, policyCaller(user), subject);
  if (refusal !== undefined) return refusal;
  const exceeded = exceededErrorRate(policy, subject, confirmation);
  return exceeded === undefined ? undefined : "errors_not_confirmed";
}

/** Whether the user may override the policy for a job. */
export function mayOverride(policy: Policy, user: User): boolean {
  return may(user, "override_policy") && isAdmitted(policyCaller(user), policy.breakGlass);
}

/** An author may be a viewer, and a deployer may report for an author who says so elsewhere. */
export function mayReportOn(user: User, change: { author: string; owner: string }): boolean {
  return may(user, "report_on_window_item") && (isAuthor(user.name, change) || may(user, "create_job"));
}

/** The mistakes in a file of the site name a path of the host and quote the file. */
export function maySeeSiteFile(user: User): boolean {
  return may(user, "manage_hosts");
}

/** A token is not admitted where its owner is not, and not as more than its scope. */
function policyCaller(user: User): PolicyCaller {
  const { name, role } = user;
  const effective = ROLES.findLast((one) => hasRole(user, one)) ?? "viewer";
  return { name, roles: [role, effective] };
}

function hasRole({ role, scope }: User, lowest: Role): boolean {
  const limits = scope === undefined ? [role] : [role, ROLE_OF_SCOPE[scope]];
  return limits.every((limit) => ROLES.indexOf(limit) >= ROLES.indexOf(lowest));
}

export function permittedActions(user: User | undefined): Action[] {
  return ACTIONS.filter((action) => may(user, action));
}
