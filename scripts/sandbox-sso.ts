/**
 * The identity provider of the sandbox, a part of `npm start` unless one is configured. Its people have no passwords, so it runs
 * only where the demo accounts exist: on a page that other machines cannot reach.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { loadConfig } from "#lib/config.ts";
import { ROLE_GROUPS, SSO_CLIENT } from "../sandbox/sso/people.ts";
import { type Program, programPart } from "./program.ts";
import type { Part } from "./supervisor.ts";

export const SSO_PROGRAM = "sandbox/sso/main.ts";

const descriptionSchema = z.object({ pid: z.number(), issuer: z.string() });

export function isSandboxPrivate(host: string): boolean {
  return loadConfig({ HOST: host, SANDBOX_DIR: "sandbox" }).demoAccounts;
}

type SsoPart = {
  program: Program;
  sandboxDirectory: string;
  host: string;
  port: number;
  /** Of the page. */
  address: string;
  onReady: (issuer: string) => void;
};

export function ssoPart({ program, sandboxDirectory, host, port, address, onReady }: SsoPart): Part {
  return programPart({
    ...program,
    env: () => ({
      ...program.env(),
      HOST: host,
      SANDBOX_SSO_PORT: String(port),
      SANDBOX_SSO_LOGOUT_URL: `${address}/api/auth/sso/logout`,
    }),
    isReady: async (pid) => {
      const text = readFileSync(join(sandboxDirectory, "sso.json"), "utf8");
      const described = descriptionSchema.parse(JSON.parse(text));
      if (described.pid !== pid) return false;
      onReady(described.issuer);
      return true;
    },
  });
}

/** The settings of the web process. */
export function ssoSettings(issuer: string | undefined): Record<string, string> {
  if (issuer === undefined) return {};
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: SSO_CLIENT.id,
    OIDC_CLIENT_SECRET: SSO_CLIENT.secret,
    OIDC_ROLE_GROUPS: ROLE_GROUPS,
    OIDC_SCOPES: "openid profile",
  };
}
