import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, ACTIONS, may, permittedActions, ROLES, type Role } from "#lib/domain/permission.ts";

/** The permissions, written a second time on purpose. */
const ALLOWED: Record<Role, readonly Action[]> = {
  viewer: ["view"],
  deployer: [
    "view",
    "create_job",
    "answer_interaction",
    "cancel_job",
    "signal_job",
    "retry_job",
    "see_sensitive_output",
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

test("a higher role has all permissions of a lower one", () => {
  for (const [index, role] of ROLES.entries()) {
    const lower = ROLES[index - 1];
    if (lower === undefined) continue;
    for (const action of permittedActions(userOf(lower))) {
      assert.ok(may(userOf(role), action), `a ${lower} may ${action}, a ${role} may not`);
    }
  }
});
