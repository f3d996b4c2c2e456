// Who a person is and what they may do, from the claims of the identity provider. Pure.
import { ROLES, type Role } from "../../domain/permission.ts";
import { POLICY_ACTOR } from "../../domain/unanswered.ts";
import type { OidcSettings } from "../../oidc-settings.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** The names that useradd accepts: scap treats the name as that of a shell user. */
export const ACCOUNT_NAME = /^[a-z_][a-z0-9_-]{0,31}$/;

export type Identity = { name: string; role: Role };
export type IdentityRefusal = "sso_no_group" | "sso_name_unusable";

type IdentityRules = Pick<OidcSettings, "nameClaim" | "groupsClaim" | "roleGroups">;

/** The highest role of the person's groups. Without one of the groups a person is refused, whatever else is known. */
export function identityOf(claims: Claims, rules: IdentityRules): Identity | IdentityRefusal {
  const groups = new Set(textsOf(claimAt(claims, rules.groupsClaim)).flatMap(namesOf));
  const role = ROLES.findLast((each) => rules.roleGroups[each].some((group) => groups.has(group)));
  if (role === undefined) return "sso_no_group";
  const name = claimAt(claims, rules.nameClaim);
  if (typeof name !== "string") return "sso_name_unusable";
  const lower = name.toLowerCase();
  return ACCOUNT_NAME.test(lower) && lower !== POLICY_ACTOR ? { name: lower, role } : "sso_name_unusable";
}

/** Whether the person signed in at the provider the way the site requires, for example with a second factor. */
export function isStrongEnough(
  claims: Claims,
  { requiredAcr, requiredAmr }: Pick<OidcSettings, "requiredAcr" | "requiredAmr">,
): boolean {
  const acr = claims["acr"];
  const methods = textsOf(claims["amr"]);
  return (
    (requiredAcr.length === 0 || (typeof acr === "string" && requiredAcr.includes(acr))) &&
    (requiredAmr.length === 0 || requiredAmr.some((method) => methods.includes(method)))
  );
}

/** A claim by its name, or by the path to it: `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, key)
          ? (value as Claims)[key]
          : undefined,
      claims,
    );
}

function textsOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === "string");
}

/** A group as the settings may name it: `/deployers` is a path of Keycloak, `cn=deployers,ou=groups` a name of LDAP. */
function namesOf(group: string): string[] {
  const common = /^cn=([^,]+),/i.exec(group)?.[1];
  return [group, group.replace(/^\//, ""), ...(common === undefined ? [] : [common])];
}
