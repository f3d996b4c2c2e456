/** The message that `npm start` prints when everything is ready. */
import { loadConfig } from "#lib/config.ts";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import type { Settings, World } from "./parts.ts";

const LABEL_WIDTH = 14;

type Line = [label: string, text: string];

export function greeting(settings: Settings, world: World, address: string): string {
  const { sandbox } = world;
  // The password of a user's own database is not printed.
  const database =
    settings.databaseUrl === undefined ? `psql '${world.databaseUrl}'` : 'psql "$DATABASE_URL"';
  const lines: Line[] = [
    ...accountLines(settings, world),
    ...(sandbox === undefined ? [] : sandboxLines(sandbox)),
    ["database", database],
    ["logs", `${settings.dataDir}/logs`],
    ["stop", "Ctrl-C"],
  ];
  const body = lines.map(([label, text]) => `    ${label.padEnd(LABEL_WIDTH)} ${text}`).join("\n");
  return `\n  SpiderPig is up: ${address}\n\n${body}\n`;
}

function accountLines({ host }: Settings, { sandbox }: World): Line[] {
  // The same rule as the one that creates the accounts.
  const hasDemoAccounts = loadConfig({ HOST: host, SANDBOX_DIR: sandbox && "sandbox" }).demoAccounts;
  const accounts = hasDemoAccounts ? DEMO_ACCOUNTS : [];
  return [
    ...accounts.map(({ name, password }, index): Line => {
      return [index === 0 ? "sign in" : "", `${name.padEnd(16)} ${password}`];
    }),
    ...(sandbox?.settings.sso === undefined ? [] : [["", "single sign-on   no password"] satisfies Line]),
  ];
}

function sandboxLines({ gerritUrl, servers }: NonNullable<World["sandbox"]>): Line[] {
  const { test = [], production = [] } = Object.groupBy(servers, ({ stage }) =>
    stage === "testservers" ? "test" : "production",
  );
  const urls = (some: typeof servers): string => some.map(({ url }) => url).join("  ");
  return [
    ["try", "change 1234"],
    ["Gerrit", gerritUrl],
    ["test servers", urls(test)],
    ["production", urls(production)],
  ];
}
