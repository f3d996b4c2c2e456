// The settings with which SpiderPig uses a sandbox, by the feature that reads them.
import { join } from "node:path";
import { ROLE_GROUPS, SSO_CLIENT } from "./sso/people.ts";

export type SandboxSettings = {
  train: Record<string, string>;
  errors: Record<string, string>;
  /** Absent without an identity provider. */
  sso?: Record<string, string>;
};

export function settingsOf(opened: {
  directory: string;
  gerritUrl: string;
  errorsUrl: string;
  issuer: string | undefined;
}): SandboxSettings {
  const { directory, gerritUrl, errorsUrl, issuer } = opened;
  return {
    train: {
      SCAP_STAGING_DIR: join(directory, "staging"),
      TRAIN_BLOCKERS_URL: `${gerritUrl}/sandbox/train-blockers`,
      TRAIN_PROJECT: "mediawiki/extensions/WikiLove",
    },
    errors: {
      ERRORS_OPENSEARCH_URL: errorsUrl,
      ERRORS_OPENSEARCH_QUERY: "*",
      ERRORS_DASHBOARD_URL: errorsUrl,
      // More often than in production: deployments of the sandbox are short.
      ERRORS_INTERVAL_SECONDS: "2",
    },
    ...(issuer === undefined ? {} : { sso: ssoSettings(issuer) }),
  };
}

function ssoSettings(issuer: string): Record<string, string> {
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: SSO_CLIENT.id,
    OIDC_CLIENT_SECRET: SSO_CLIENT.secret,
    OIDC_ROLE_GROUPS: ROLE_GROUPS,
    OIDC_SCOPES: "openid profile",
  };
}
