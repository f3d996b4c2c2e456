import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Action,
  ACTIONS,
  may,
  startRefusal,
  permittedActions,
  ROLES,
  type Role,
  TOKEN_SCOPES,
} from "#lib/domain/permission.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

/** The permissions, written a second time on purpose. */
const OWN_ACCOUNT: readonly Action[] = ["manage_own_account", "set_up_second_factor", "verify_second_factor"];
const NOT_BY_TOKEN: readonly Action[] = [...OWN_ACCOUNT, "override_policy"];
const ALLOWED: Record<Role, readonly Action[]> = {
  viewer: ["view", "report_on_window_item", ...OWN_ACCOUNT],
  deployer: [
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
    "override_policy",
    ...OWN_ACCOUNT,
  ],
  admin: ACTIONS,
};

const userOf = (role: Role) => ({ id: "1", name: "a-user", role });

for (const role of ROLES) {
  for (const action of ACTIONS) {
    const allowed = ALLOWED[role].includes(action);
    test(`a ${role} ${allowed ? "may" : "may not"} ${action}`, () => {
      assert.equal(may(userOf(role), action), allowed);
    });
  }

  test(`the listed permissions of a ${role} are the permitted ones`, () => {
    assert.deepEqual(permittedActions(userOf(role)), ALLOWED[role]);
  });
}

test("a person who is not signed in has no permissions", () => {
  assert.deepEqual(permittedActions(undefined), []);
  for (const action of ACTIONS) assert.equal(may(undefined, action), false);
});

test("a token has the permissions that its scope and its role both include, and never those that only a person has", () => {
  const allowedBy = { read: ["view"], deploy: ALLOWED.deployer, admin: ALLOWED.admin };
  for (const role of ROLES) {
    for (const scope of TOKEN_SCOPES) {
      const expected = ALLOWED[role].filter(
        (action) => allowedBy[scope].includes(action) && !NOT_BY_TOKEN.includes(action),
      );
      assert.deepEqual(permittedActions({ ...userOf(role), scope }), expected, `${role} ${scope}`);
    }
  }
});

test("before the second step of signing in, a person may do that step and nothing else", () => {
  for (const step of ["verify_second_factor", "set_up_second_factor"] as const) {
    const user = { ...userOf("admin"), session: { id: "1", step, isConfirmed: true } };
    assert.deepEqual(permittedActions(user), [step]);
  }
});

test("an operation of admins is for admins, and no operation is for viewers", () => {
  const mayRole = (role: Role, lowest: Role) =>
    startRefusal(NO_POLICY, userOf(role), { kind: "backport", role: lowest }) === undefined;
  assert.deepEqual(
    ROLES.map((role) => mayRole(role, "admin")),
    [false, false, true],
  );
  assert.deepEqual(
    ROLES.map((role) => mayRole(role, "viewer")),
    [false, true, true],
  );
});

test("a higher role has all permissions of a lower one", () => {
  for (const [index, role] of ROLES.entries()) {
    const lower = ROLES[index - 1];
    if (lower === undefined) continue;
    for (const action of permittedActions(userOf(lower))) {
      assert.ok(may(userOf(role), action), `a ${lower} may ${action}, a ${role} may not`);
    }
  }
});
