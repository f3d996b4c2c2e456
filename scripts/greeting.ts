/** The message that `npm start` prints when everything is ready. */
import { loadConfig } from "#lib/config.ts";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import type { Settings, World } from "./parts.ts";

const LABEL_WIDTH = 14;

export function greeting(settings: Settings, world: World, address: string): string {
  const { sandbox } = world;
  const urls = (isWanted: (stage: string) => boolean): string =>
    sandbox?.servers
      .filter(({ stage }) => isWanted(stage))
      .map(({ url }) => url)
      .join("  ") ?? "";
  const isTest = (stage: string): boolean => stage === "testservers";
  // The password of a user's own database is not printed.
  const database =
    settings.databaseUrl === undefined ? `psql '${world.databaseUrl}'` : 'psql "$DATABASE_URL"';
  const lines: [label: string, text: string][] = [
    ...accountsOf(settings, sandbox !== undefined),
    ...(world.ssoIssuer === undefined
      ? []
      : [["", "single sign-on   no password"] satisfies [string, string]]),
    ...(sandbox === undefined
      ? []
      : ([
          ["try", "change 1234"],
          ["Gerrit", sandbox.gerritUrl],
          ["test servers", urls(isTest)],
          ["production", urls((stage) => !isTest(stage))],
        ] satisfies [string, string][])),
    ["database", database],
    ["logs", `${settings.dataDir}/logs`],
    ["stop", "Ctrl-C"],
  ];
  const body = lines.map(([label, text]) => `    ${label.padEnd(LABEL_WIDTH)} ${text}`).join("\n");
  return `\n  SpiderPig is up: ${address}\n\n${body}\n`;
}

function accountsOf(settings: Settings, hasSandbox: boolean): [string, string][] {
  // The same rule as the one that creates the accounts.
  const environment = { HOST: settings.host, SANDBOX_DIR: hasSandbox ? "sandbox" : undefined };
  if (!loadConfig(environment).demoAccounts) return [];
  return DEMO_ACCOUNTS.map(({ name, password }, index) => [
    index === 0 ? "sign in" : "",
    `${name.padEnd(16)} ${password}`,
  ]);
}
