// What a web process does before it answers: the demo accounts, where they may exist. A database that is away is
// no reason not to start: the pages say so, and the accounts are made when it is back.
import { isUnreachable } from "../db/connection.ts";
import { ensureDemoAccounts } from "./accounts.ts";
import { services } from "./services.ts";

const RETRY_MS = 1000;

export async function startWeb(): Promise<void> {
  try {
    await ensureDemoAccounts();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    services().log.warn("web: the database is away; the demo accounts are made when it is back");
    setTimeout(() => void startWeb(), RETRY_MS);
  }
}
