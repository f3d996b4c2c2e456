// Creates the accounts of the sandbox when a web process starts. Their passwords are on the sign-in page.
import { DEMO_ACCOUNTS } from "../domain/demo-accounts.ts";
import { addUnlessTaken } from "./accounts.ts";
import { type Auth, auth } from "./auth.ts";
import { PUBLIC_PASSWORD_COST } from "./password-hash.ts";

const KEY = Symbol.for("spiderpig.demo-accounts");
type Holder = { [KEY]?: Promise<void> | undefined };

/** Creates the accounts of the sandbox, if they are enabled. Done once per process; retried if it failed. */
export function ensureDemoAccounts(): Promise<void> {
  const holder = globalThis as Holder;
  holder[KEY] ??= addDemoAccounts(auth()).catch((error: unknown) => {
    holder[KEY] = undefined;
    throw error;
  });
  return holder[KEY];
}

/** Does nothing outside the sandbox. Demo accounts that exist already stay in the table, but cannot sign in. */
export async function addDemoAccounts(using: Auth): Promise<void> {
  if (!using.settings.demoAccounts) return;
  const context = {
    db: using.settings.database,
    origin: { channel: "system" },
    actor: undefined,
    passwordCost: PUBLIC_PASSWORD_COST,
  } as const;
  for (const account of DEMO_ACCOUNTS) await addUnlessTaken(context, account, true);
}
