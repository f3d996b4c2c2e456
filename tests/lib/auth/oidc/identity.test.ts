// What the claims of the identity provider say about a person.
import assert from "node:assert/strict";
import { test } from "node:test";
import { identityOf, isStrongEnough } from "#lib/auth/oidc/identity.ts";

const RULES = {
  nameClaim: "uid",
  groupsClaim: "groups",
  roleGroups: { admin: ["sre"], deployer: ["deployers", "release"], viewer: ["staff"] },
};

test("the highest role of the groups counts, whatever their order", () => {
  const roleOf = (groups: unknown) => {
    const identity = identityOf({ uid: "ada", groups }, RULES);
    return typeof identity === "string" ? identity : identity.role;
  };
  assert.equal(roleOf(["staff"]), "viewer");
  assert.equal(roleOf(["release", "staff"]), "deployer");
  assert.equal(roleOf(["staff", "sre", "deployers"]), "admin");
  assert.equal(roleOf("staff"), "viewer", "a provider may send one group as text");
  assert.equal(roleOf(["/deployers"]), "deployer", "Keycloak sends paths");
  assert.equal(roleOf(["cn=sre,ou=groups,dc=example,dc=org"]), "admin", "LDAP sends distinguished names");
});

test("without exactly one of the groups there is no role", () => {
  for (const groups of [
    undefined,
    null,
    [],
    {},
    7,
    [["sre"]],
    ["SRE"],
    ["sre-alumni"],
    ["x/sre"],
    ["ou=sre,cn=others"],
    ["cn=others,cn=sre"],
    "staff sre",
  ]) {
    assert.equal(identityOf({ uid: "ada", groups }, RULES), "sso_no_group", JSON.stringify(groups));
  }
});

test("a claim may be below others, as realm roles are", () => {
  const rules = { ...RULES, groupsClaim: "realm_access.roles", nameClaim: "attributes.uid" };
  const claims = { realm_access: { roles: ["staff"] }, attributes: { uid: "Ada" } };

  assert.deepEqual(identityOf(claims, rules), { name: "ada", role: "viewer" });
  assert.equal(identityOf({ realm_access: [], attributes: null }, rules), "sso_no_group");
  assert.equal(identityOf({}, { ...rules, groupsClaim: "constructor.name" }), "sso_no_group");
});

test("a name that is no shell name, or reserved, is refused", () => {
  for (const uid of [undefined, "", "Ada Lovelace", "-rf", "a".repeat(33), "root; rm", ["ada"], "policy"]) {
    assert.equal(identityOf({ uid, groups: ["sre"] }, RULES), "sso_name_unusable", JSON.stringify(uid));
  }
});

test("any accepted acr and one accepted method are enough", () => {
  const rules = { requiredAcr: ["gold", "silver"], requiredAmr: ["hwk", "mfa"] };
  assert.ok(isStrongEnough({}, { requiredAcr: [], requiredAmr: [] }));
  assert.ok(isStrongEnough({ acr: "silver", amr: ["pwd", "hwk"] }, rules));
  assert.ok(isStrongEnough({ acr: "gold", amr: "mfa" }, rules));
  for (const claims of [
    {},
    { acr: "gold" },
    { amr: ["hwk"] },
    { acr: "bronze", amr: ["hwk"] },
    { acr: ["gold"], amr: ["hwk"] },
  ]) {
    assert.ok(!isStrongEnough(claims, rules), JSON.stringify(claims));
  }
});
