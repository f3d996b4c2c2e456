// What a web process does before its first request: it adds the demo accounts in the sandbox. It also starts while the
// database is unreachable: the pages say so, and the accounts are added when the database is back.
import { isUnreachable } from "../db/connection.ts";
import { ensureDemoAccounts } from "./accounts.ts";
import { services } from "./services.ts";

const RETRY_MS = 1000;

export async function startWeb(): Promise<void> {
  try {
    await ensureDemoAccounts();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    services().log.warn("web: the database is unreachable; adding the demo accounts later");
    setTimeout(() => void startWeb(), RETRY_MS);
  }
}
