// The policies of a site (POLICY_FILE, lib/policy-file.ts): who may start which operation, who may answer what, questions that
// a second person must answer or that need a second confirmation, and who may override that for one job. They only restrict what a role permits
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
  /** Questions that neither the person who started the job nor the one who has taken it over may answer. */
  fourEyes: readonly Questions[];
  /** By the kind of an operation, who may start it; others are not restricted. */
  operations: Readonly<Record<string, Admitted>>;
  /** Questions that only these people may answer. */
  answers: readonly (Questions & Admitted)[];
  /** Questions whose answer needs a second confirmation while the servers log more errors per minute than `above`. */
  errorRate: readonly (Questions & { above: number })[];
  /** Who may override the policy for a job, with a reason. */
  breakGlass: Admitted;
};

/** `roles`: that of the account, and for a token also the role that its scope leaves. All of them must be admitted. */
export type PolicyCaller = { name: string; roles: readonly Role[] };

/** What a policy decides about: a job at the moment of its question. */
export type PolicySubject = {
  kind: string;
  requestedBy: string;
  /** The person who took the job over, otherwise the one who requested it. */
  responsible: string;
  reached: Reached;
  isPolicyOverridden: boolean;
};

export const NO_POLICY: Policy = {
  version: "none",
  fourEyes: [],
  operations: {},
  answers: [],
  errorRate: [],
  breakGlass: { roles: [], people: [] },
};

/** Why a policy refuses an answer: the person drives the job, or is not among those who may answer. */
export type PolicyRefusal = "four_eyes" | "restricted";

/** @returns undefined if the policy permits the answer. The role is checked before (permission.ts). */
export function answerPolicyRefusal(
  policy: Policy,
  caller: PolicyCaller,
  subject: PolicySubject,
): PolicyRefusal | undefined {
  if (subject.isPolicyOverridden) return undefined;
  const isDriver = caller.name === subject.requestedBy || caller.name === subject.responsible;
  if (isDriver && policy.fourEyes.some((rule) => concerns(rule, subject))) return "four_eyes";
  const isRestricted = policy.answers.some((rule) => concerns(rule, subject) && !isAdmitted(caller, rule));
  return isRestricted ? "restricted" : undefined;
}

/** What an answer says about the error rate, and how high it is. */
export type ErrorConfirmation = {
  /** The deployment does not continue: that is never made harder. */
  isRefusal: boolean;
  /** The person has confirmed that the rate is above the threshold. */
  isConfirmed: boolean;
  /** Null when it is not known: an unreachable error source blocks no answer. */
  errorsPerMinute: number | null;
};

/** @returns the threshold that is exceeded, the lowest; undefined if the answer needs no second confirmation. */
export function exceededErrorRate(
  policy: Policy,
  subject: PolicySubject,
  { isRefusal, isConfirmed, errorsPerMinute }: ErrorConfirmation,
): number | undefined {
  if (subject.isPolicyOverridden || isRefusal || isConfirmed || errorsPerMinute === null) return undefined;
  const exceeded = policy.errorRate
    .filter((rule) => concerns(rule, subject) && errorsPerMinute > rule.above)
    .map(({ above }) => above);
  return exceeded.length === 0 ? undefined : Math.min(...exceeded);
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
