// What a web process needs on its host, and the services that it calls.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, requireSettings } from "#lib/config.ts";
import { MINUTE_MS, startOfMinute } from "#lib/domain/error-rate.ts";
import { createErrorSource } from "#lib/error-rate/poller.ts";
import type { ErrorSettings } from "#lib/error-settings.ts";
import { readKinds } from "#lib/operations/site-operations.ts";
import { loadPolicy } from "#lib/policy-file.ts";
import { createProvider } from "#lib/auth/oidc/provider.ts";
import type { OidcSettings } from "#lib/oidc-settings.ts";
import { type Check, failed, type Finding, ok, warning } from "./check.ts";
import { proxyChecks } from "./proxy.ts";

const TIMEOUT_MS = 5000;

export function webChecks(settings: Config): Check[] {
  return [
    { name: "settings of web", run: async () => checkSettings(settings) },
    { name: "operations and policy", run: async () => checkOperations(settings) },
    { name: "pages", run: async () => checkBuild() },
    { name: "Gerrit", run: () => checkGerrit(settings) },
    ...(settings.oidc === undefined ? [] : [identityProviderCheck(settings.oidc)]),
    ...(settings.errors === undefined ? [] : [errorSourceCheck(settings.errors)]),
    ...proxyChecks(settings),
  ];
}

function checkSettings({ gerritUrl, sessionSecret, publicUrl }: Config): Finding {
  requireSettings({ GERRIT_URL: gerritUrl, SESSION_SECRET: sessionSecret });
  if (publicUrl.startsWith("https://")) return ok("complete");
  return warning(
    `PUBLIC_URL is ${publicUrl}: without HTTPS, cookies are readable on the way and browsers permit no notifications`,
  );
}

/** A running web process continues with the last valid version; one that starts would refuse the file. */
function checkOperations({ operationsFile, policyFile }: Config): Finding {
  const kinds = readKinds(operationsFile);
  loadPolicy(policyFile, kinds);
  return ok(kinds.join(", "));
}

function checkBuild(): Finding {
  const isBuilt = existsSync(join(import.meta.dirname, "../../.next/BUILD_ID"));
  return isBuilt ? ok("built") : failed("are not built: npm run build");
}

async function checkGerrit({ gerritUrl = "" }: Config): Promise<Finding> {
  if (gerritUrl === "") return failed("GERRIT_URL is not set");
  const response = await fetch(`${gerritUrl}/config/server/version`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) return failed(`${gerritUrl} responded with status ${response.status}`);
  const version = (await response.text()).replace(/^\)\]\}'\s*/, "").trim();
  return ok(`${gerritUrl}, version ${version}`);
}

function identityProviderCheck(settings: OidcSettings): Check {
  return {
    name: "identity provider",
    run: async () => {
      const { refreshTokens, signOut, backchannelLogout } = await createProvider(settings).features();
      const missing = [
        ...(refreshTokens ? [] : ["refresh tokens: sessions end with their access tokens"]),
        ...(signOut ? [] : ["sign-out: a person who signs out stays signed in there"]),
        ...(backchannelLogout
          ? []
          : ["back-channel logout: a session that ends there ends here at the next check"]),
      ];
      return missing.length === 0
        ? ok(settings.issuer)
        : warning(`${settings.issuer} does not say that it supports\n${missing.join("\n")}`);
    },
  };
}

function errorSourceCheck(settings: ErrorSettings): Check {
  return {
    name: "error source",
    run: async () => {
      const now = Date.now();
      const { minutes, buckets } = await createErrorSource(settings).read(
        startOfMinute(now) - 10 * MINUTE_MS,
        now,
      );
      const errors = minutes.reduce((sum, minute) => sum + minute.errors, 0);
      const found = `${settings.settings.url}, ${errors} errors in the last ten minutes`;
      return errors > 0 && buckets.length === 0
        ? warning(`${found}, but no messages: are the fields of message and version of type keyword?`)
        : ok(found);
    },
  };
}
