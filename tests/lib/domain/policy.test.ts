// Policies over all roles, operations, questions and callers. What they promise is written here a second time, as rules.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { REACHES } from "#lib/domain/job.ts";
import {
  answerRefusal as refusalOf,
  may,
  mayOverride,
  ROLES,
  startRefusal,
  TOKEN_SCOPES,
  type User,
} from "#lib/domain/permission.ts";
import { type ErrorConfirmation, NO_POLICY, type Policy, type PolicySubject } from "#lib/domain/policy.ts";

const PEOPLE = ["alice", "bob"];
const KINDS = ["backport", "revert", "constructor"];

const subset = <T>(values: readonly T[]) => fc.subarray([...values]);
const admitted = { roles: subset(ROLES), people: subset(PEOPLE) };
const questions = { operations: subset(KINDS), stages: subset(REACHES) };
const policies: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant("1"),
  fourEyes: fc.array(fc.record(questions), { maxLength: 2 }),
  operations: fc.dictionary(fc.constantFrom(...KINDS), fc.record(admitted), { maxKeys: 2 }),
  answers: fc.array(fc.record({ ...questions, ...admitted }), { maxLength: 2 }),
  errorRate: fc.array(fc.record({ ...questions, above: fc.nat(100) }), { maxLength: 2 }),
  breakGlass: fc.record(admitted),
});
const confirmations: fc.Arbitrary<ErrorConfirmation> = fc.record({
  isRefusal: fc.boolean(),
  isConfirmed: fc.boolean(),
  errorsPerMinute: fc.option(fc.nat(100)),
});
const CONFIRMED: ErrorConfirmation = { isRefusal: false, isConfirmed: true, errorsPerMinute: null };
const answerRefusal = (policy: Policy, user: User, subject: PolicySubject) =>
  refusalOf(policy, user, subject, CONFIRMED);
const users: fc.Arbitrary<User> = fc
  .record({
    id: fc.constant("1"),
    name: fc.constantFrom(...PEOPLE),
    role: fc.constantFrom(...ROLES),
    scope: fc.option(fc.constantFrom(...TOKEN_SCOPES), { nil: undefined }),
  })
  .map(({ scope, ...user }) => (scope === undefined ? user : { ...user, scope }));
const subjects: fc.Arbitrary<PolicySubject> = fc.record({
  kind: fc.constantFrom(...KINDS),
  requestedBy: fc.constantFrom(...PEOPLE),
  responsible: fc.constantFrom(...PEOPLE),
  reached: fc.constantFrom(...REACHES),
  isPolicyOverridden: fc.boolean(),
});

const RUNS = { numRuns: 2000 };
const isEmptyOrHas = <T>(values: readonly T[], value: T) => values.length === 0 || values.includes(value);

test("a policy only restricts: it never permits what a person's role, or the scope of their token, does not", () => {
  fc.assert(
    fc.property(policies, users, subjects, (policy, user, subject) => {
      const refusal = answerRefusal(policy, user, subject);
      assert.equal(refusal === "role", !may(user, "answer_interaction"));
      const start = startRefusal(policy, user, { kind: subject.kind, role: "deployer" });
      assert.equal(start === "role", !may(user, "create_job"));
      if (!may(user, "override_policy")) assert.equal(mayOverride(policy, user), false);
    }),
    RUNS,
  );
});

test("four eyes: neither who started a job nor who has taken it over answers such a question, neither in a browser nor by a token", () => {
  fc.assert(
    fc.property(policies, users, subjects, (policy, user, subject) => {
      const isGuarded = policy.fourEyes.some(
        ({ operations, stages }) =>
          isEmptyOrHas(operations, subject.kind) && isEmptyOrHas(stages, subject.reached),
      );
      const refusal = answerRefusal(policy, user, subject);
      const isExpected =
        isGuarded &&
        [subject.requestedBy, subject.responsible].includes(user.name) &&
        !subject.isPolicyOverridden &&
        may(user, "answer_interaction");
      assert.equal(refusal === "four_eyes", isExpected);
    }),
    RUNS,
  );
});

test("a restricted question is answered only by those whom every rule about it admits", () => {
  fc.assert(
    fc.property(policies, users, subjects, (policy, user, subject) => {
      if (answerRefusal(policy, user, subject) !== undefined || subject.isPolicyOverridden) return;
      for (const { operations, stages, roles, people } of policy.answers) {
        if (!isEmptyOrHas(operations, subject.kind) || !isEmptyOrHas(stages, subject.reached)) continue;
        assert.ok(roles.includes(user.role) || people.includes(user.name));
      }
    }),
    RUNS,
  );
});

test("an answer that continues needs a confirmation exactly while the error rate is above a threshold about its question", () => {
  fc.assert(
    fc.property(policies, users, subjects, confirmations, (policy, user, subject, confirmation) => {
      const { isRefusal, isConfirmed, errorsPerMinute } = confirmation;
      const isExceeded = policy.errorRate.some(
        ({ operations, stages, above }) =>
          isEmptyOrHas(operations, subject.kind) &&
          isEmptyOrHas(stages, subject.reached) &&
          (errorsPerMinute ?? 0) > above,
      );
      const isExpected =
        isExceeded &&
        !isRefusal &&
        !isConfirmed &&
        !subject.isPolicyOverridden &&
        answerRefusal(policy, user, subject) === undefined;

      const refusal = refusalOf(policy, user, subject, confirmation);

      assert.equal(refusal === "errors_not_confirmed", isExpected);
    }),
    RUNS,
  );
});

test("without a policy, and for a job whose policy is overridden, only the role decides", () => {
  fc.assert(
    fc.property(policies, users, subjects, (policy, user, subject) => {
      const byRole = may(user, "answer_interaction") ? undefined : "role";
      assert.equal(answerRefusal(NO_POLICY, user, subject), byRole);
      assert.equal(answerRefusal(policy, user, { ...subject, isPolicyOverridden: true }), byRole);
      assert.equal(mayOverride(NO_POLICY, user), false);
    }),
    RUNS,
  );
});

test("an operation without an entry is not restricted, whatever its name", () => {
  const alice: User = { id: "1", name: "alice", role: "deployer" };
  for (const kind of ["constructor", "toString", "backport"]) {
    assert.equal(startRefusal(NO_POLICY, alice, { kind, role: "deployer" }), undefined);
  }
});

test("a token with a lower scope is not admitted by the role of its owner", () => {
  const policy = { ...NO_POLICY, operations: { revert: { roles: ["admin" as const], people: [] } } };
  const admin: User = { id: "1", name: "alice", role: "admin" };
  const revert = { kind: "revert", role: "deployer" } as const;
  assert.equal(startRefusal(policy, admin, revert), undefined);
  assert.equal(startRefusal(policy, { ...admin, scope: "deploy" }, revert), "restricted");
});
