// The settings of single sign-on and of local accounts, a part of lib/config.ts.
import { z } from "zod";
import { ROLES, type Role } from "./domain/permission.ts";

const MINUTE_MS = 60_000;
/** A day. */
const CHECK_MINUTES_MAX = 1440;
const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

const list = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .default([]);

/** Tokens and codes would be readable on the network. Loopback is for the sandbox. */
const issuer = z
  .url({ protocol: /^https?$/ })
  .refine((text) => text.startsWith("https://") || LOOPBACK.has(new URL(text).hostname), "must use https");

const roleGroups = z.string().transform((text, context): Record<Role, string[]> => {
  const groups: Record<Role, string[]> = { viewer: [], deployer: [], admin: [] };
  for (const pair of text.split(",").map((each) => each.trim())) {
    const [role, group = ""] = pair.split(/=(.*)/s).map((each) => each.trim());
    const known = ROLES.find((each) => each === role);
    if (known === undefined || group === "") {
      context.addIssue("must list roles with groups, for example admin=ops,deployer=deployers");
      return z.NEVER;
    }
    groups[known].push(group);
  }
  return groups;
});

const localAccounts = z
  .string()
  .transform((text) => (text === "on" || text === "off" ? text : text.split(/[\s,]+/).filter(Boolean)));

export const OIDC_SETTINGS = {
  OIDC_ISSUER: issuer
    .optional()
    .describe(
      "Issuer URL of the identity provider, `https:`; enables single sign-on. See [docs/single-sign-on.md](docs/single-sign-on.md).",
    ),
  OIDC_CLIENT_ID: z.string().optional().describe("Client ID of SpiderPig at the provider."),
  OIDC_CLIENT_SECRET: z
    .string()
    .regex(/^\S+$/, "must have no spaces")
    .optional()
    .describe("Client secret of SpiderPig at the provider."),
  OIDC_LABEL: z
    .string()
    .max(60)
    .default("single sign-on")
    .describe('Name of the provider on the sign-in page: "Continue with …". Default: `single sign-on`.'),
  OIDC_SCOPES: z
    .string()
    .default("openid profile email offline_access")
    .describe("Requested scopes. Default: `openid profile email offline_access`."),
  OIDC_NAME_CLAIM: z
    .string()
    .default("preferred_username")
    .describe("Claim with the person's shell name. Default: `preferred_username`."),
  OIDC_GROUPS_CLAIM: z
    .string()
    .default("groups")
    .describe("Claim with the person's groups; a dot separates levels. Default: `groups`."),
  OIDC_ROLE_GROUPS: roleGroups
    .optional()
    .describe(
      "Groups and their roles, for example `admin=ops,deployer=deployers,viewer=staff`. The highest role counts; a person without one of the groups cannot sign in.",
    ),
  OIDC_REQUIRED_ACR: list.describe(
    "Accepted values of the `acr` claim, separated by commas; they are requested from the provider. Without it, any is accepted.",
  ),
  OIDC_REQUIRED_AMR: list.describe(
    "The `amr` claim must contain at least one of these, for example `mfa,hwk`. Without it, any is accepted.",
  ),
  OIDC_CHECK_MINUTES: z.coerce
    .number()
    .positive()
    .max(CHECK_MINUTES_MAX)
    .default(5)
    .describe(
      "The groups of signed-in people are read again from the provider within this time; people who have lost them are signed out. Default: 5.",
    ),
  LOCAL_ACCOUNTS: localAccounts
    .default("on")
    .describe(
      "Accounts with a password that can be used: `on` (all), `off` (none) or a list of names, for example one for emergencies. Default: `on`.",
    ),
  SECOND_FACTOR_REQUIRED: list
    .pipe(z.array(z.enum(ROLES, `must be roles, separated by commas: ${ROLES.join(", ")}`)))
    .describe(
      "Roles that must have a second factor to sign in with a password, separated by commas, for example `admin,deployer`. Default: none.",
    ),
} as const satisfies Record<string, z.ZodType>;

export type OidcSettings = Readonly<{
  issuer: string;
  clientId: string;
  /** Undefined: a public client, which is protected by PKCE only. */
  clientSecret: string | undefined;
  label: string;
  scopes: string;
  nameClaim: string;
  groupsClaim: string;
  roleGroups: Readonly<Record<Role, readonly string[]>>;
  requiredAcr: readonly string[];
  requiredAmr: readonly string[];
  checkMs: number;
}>;

export type LocalAccounts = "on" | "off" | readonly string[];

type Values = z.output<z.ZodObject<typeof OIDC_SETTINGS>>;

/** One line for each setting that is missing. */
export function oidcIssues({
  OIDC_ISSUER,
  OIDC_CLIENT_ID,
  OIDC_ROLE_GROUPS,
  LOCAL_ACCOUNTS,
}: Values): string[] {
  if (OIDC_ISSUER === undefined) {
    return LOCAL_ACCOUNTS === "off"
      ? ["LOCAL_ACCOUNTS: off needs OIDC_ISSUER, because no account could sign in"]
      : [];
  }
  return Object.entries({ OIDC_CLIENT_ID, OIDC_ROLE_GROUPS })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name}: must be set, because OIDC_ISSUER is`);
}

export type AccountSettings = Readonly<{
  /** undefined: no single sign-on. */
  oidc: OidcSettings | undefined;
  localAccounts: LocalAccounts;
  secondFactorRequired: readonly Role[];
}>;

export function accountSettingsOf(value: Values): AccountSettings {
  return {
    oidc: oidcSettingsOf(value),
    localAccounts: value.LOCAL_ACCOUNTS,
    secondFactorRequired: value.SECOND_FACTOR_REQUIRED,
  };
}

/** Undefined if single sign-on is not configured. */
function oidcSettingsOf(value: Values): OidcSettings | undefined {
  const { OIDC_ISSUER: issuerUrl, OIDC_CLIENT_ID: clientId, OIDC_ROLE_GROUPS: groups } = value;
  if (issuerUrl === undefined || clientId === undefined || groups === undefined) return undefined;
  return {
    issuer: issuerUrl,
    clientId,
    clientSecret: value.OIDC_CLIENT_SECRET,
    label: value.OIDC_LABEL,
    scopes: value.OIDC_SCOPES,
    nameClaim: value.OIDC_NAME_CLAIM,
    groupsClaim: value.OIDC_GROUPS_CLAIM,
    roleGroups: groups,
    requiredAcr: value.OIDC_REQUIRED_ACR,
    requiredAmr: value.OIDC_REQUIRED_AMR,
    checkMs: value.OIDC_CHECK_MINUTES * MINUTE_MS,
  };
}
