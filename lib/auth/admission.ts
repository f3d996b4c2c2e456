// Whether an account may be used at all, by the settings of the site. Asked before a session begins, and for each request. Pure.
import type { AuthSettings } from "./auth.ts";

type AccountFacts = {
  name: string;
  demo: boolean;
  /** The account is one of single sign-on and has no password. */
  sso: boolean;
  /** The identity provider has lately confirmed that the person has access (SSO_CONFIRMATION_DAYS). */
  isSsoConfirmed: boolean;
};

type AdmissionSettings = Pick<AuthSettings, "demoAccounts" | "localAccounts" | "oidc">;

export function isAdmitted(
  { name, demo, sso, isSsoConfirmed }: AccountFacts,
  settings: AdmissionSettings,
): boolean {
  const { demoAccounts, localAccounts = "on", oidc } = settings;
  if (sso) return oidc !== undefined && isSsoConfirmed;
  // Accounts of the sandbox may be in a database that is no longer that of a sandbox.
  if (demo && !demoAccounts) return false;
  return localAccounts === "on" || (localAccounts !== "off" && localAccounts.includes(name));
}
