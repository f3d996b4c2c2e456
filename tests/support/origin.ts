// Where actions come from that tests call without a request.
import type { AccountContext } from "#lib/auth/manage-account.ts";
import type { Database } from "#lib/db/connection.ts";
import { PUBLIC_PASSWORD_COST } from "#lib/auth/password-hash.ts";
import type { Origin } from "#lib/domain/audit.ts";

export const ORIGIN: Origin = { channel: "session", address: "192.0.2.1", userAgent: "tests" };

/** For accounts that a test adds or changes as the commands of administrators do. */
export function asOperator(db: Database): AccountContext {
  return { db, origin: { channel: "command_line" }, actor: "operator", passwordCost: PUBLIC_PASSWORD_COST };
}
