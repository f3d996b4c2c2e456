// The one place that defines permissions. Every route and every page asks `may`; none has a rule of its own.

export const ROLES = ["viewer", "deployer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const ACTIONS = [
  "view",
  "create_job",
  "answer_interaction",
  "cancel_job",
  "signal_job",
  "retry_job",
  "see_sensitive_output",
  "declare_lost",
  "release_lane",
  "freeze_lane",
  "release_held_job",
  "manage_accounts",
  "view_audit",
] as const;
export type Action = (typeof ACTIONS)[number];

/** `name` is the shell name under which scap acts: it becomes SPIDERPIG_REAL_USER. */
export type User = { id: string; name: string; role: Role };

const LOWEST_ROLE = {
  view: "viewer",
  create_job: "deployer",
  answer_interaction: "deployer",
  cancel_job: "deployer",
  signal_job: "deployer",
  retry_job: "deployer",
  see_sensitive_output: "deployer",
  declare_lost: "admin",
  release_lane: "admin",
  freeze_lane: "admin",
  release_held_job: "admin",
  manage_accounts: "admin",
  view_audit: "admin",
} as const satisfies Record<Action, Role>;

/** Any deployer may answer, stop or retry any job: a deployment may last longer than a shift. */
export function may(user: User | undefined, action: Action): boolean {
  return user !== undefined && hasRole(user, LOWEST_ROLE[action]);
}

/** Whether the user may start an operation, for which a site may require a higher role. */
export function mayStart(user: User | undefined, operation: { role: Role }): boolean {
  return user !== undefined && may(user, "create_job") && hasRole(user, operation.role);
}

function hasRole(user: User, lowest: Role): boolean {
  return ROLES.indexOf(user.role) >= ROLES.indexOf(lowest);
}

export function permittedActions(user: User | undefined): Action[] {
  return ACTIONS.filter((action) => may(user, action));
}
