// The policies of a site (POLICY_FILE, lib/policy-file.ts): who may start which operation, who may answer what, questions that
// a second person must answer, and who may override that for one job. They only restrict what a role permits
// (permission.ts decides). Sent to the page, which says why a button is disabled.
import type { Reached } from "./job.ts";
import type { Role } from "./permission.ts";

/** A person is admitted by role or by name. */
export type Admitted = { roles: readonly Role[]; people: readonly string[] };

/** Questions of these operations while the changes of their job are at these stages; all of them, if it names none. */
export type Questions = { operations: readonly string[]; stages: readonly Reached[] };

export type Policy = {
  /** Named by the site, and recorded when it changes. */
  version: string;
  /** Questions that the person who started the job may not answer. */
  fourEyes: readonly Questions[];
  /** By the kind of an operation, who may start it; others are not restricted. */
  operations: Readonly<Record<string, Admitted>>;
  /** Questions that only these people may answer. */
  answers: readonly (Questions & Admitted)[];
  /** Who may override the policy for a job, with a reason. */
  breakGlass: Admitted;
};

/** `roles`: that of the account, and for a token also the role that its scope leaves. All of them must be admitted. */
export type PolicyCaller = { name: string; roles: readonly Role[] };

/** What a policy decides about: a job at the moment of its question. */
export type PolicySubject = {
  kind: string;
  requestedBy: string;
  reached: Reached;
  isPolicyOverridden: boolean;
};

export const NO_POLICY: Policy = {
  version: "none",
  fourEyes: [],
  operations: {},
  answers: [],
  breakGlass: { roles: [], people: [] },
};

/** Why a policy refuses an answer: the person started the job, or is not among those who may answer. */
export type PolicyRefusal = "four_eyes" | "restricted";

/** @returns undefined if the policy permits the answer. The role is checked before (permission.ts). */
export function answerPolicyRefusal(
  policy: Policy,
  caller: PolicyCaller,
  subject: PolicySubject,
): PolicyRefusal | undefined {
  if (subject.isPolicyOverridden) return undefined;
  const isStarter = caller.name === subject.requestedBy;
  if (isStarter && policy.fourEyes.some((rule) => concerns(rule, subject))) return "four_eyes";
  const isRestricted = policy.answers.some((rule) => concerns(rule, subject) && !isAdmitted(caller, rule));
  return isRestricted ? "restricted" : undefined;
}

export function isStartRestricted(policy: Policy, caller: PolicyCaller, kind: string): boolean {
  // A kind is a name from the request: not `policy.operations[kind]`, which would find "constructor".
  const admitted = Object.hasOwn(policy.operations, kind) ? policy.operations[kind] : undefined;
  return admitted !== undefined && !isAdmitted(caller, admitted);
}

export function isAdmitted({ name, roles: own }: PolicyCaller, { roles, people }: Admitted): boolean {
  return people.includes(name) || own.every((role) => roles.includes(role));
}

function concerns(
  { operations, stages }: Questions,
  { kind, reached }: Pick<PolicySubject, "kind" | "reached">,
): boolean {
  return (
    (operations.length === 0 || operations.includes(kind)) &&
    (stages.length === 0 || stages.includes(reached))
  );
}
