// What administrators do with accounts, from the admin pages and from the command line: one transaction each, with its event
// in the audit. None of it needs better-auth, so a command needs no setting but the database.
import {
  deleteSessions,
  lockAccount,
  type LockedAccount,
  updateDisabled,
  updateRole,
} from "../db/accounts.ts";
import { deleteApiTokens } from "../db/api-tokens.ts";
import { appendAuditEvent } from "../db/audit.ts";
import { appendEvent } from "../db/events.ts";
import { holdQueuedJobs } from "../db/jobs.ts";
import { notifyAccess } from "../db/notify.ts";
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import type { Origin } from "../domain/audit.ts";
import type { Role } from "../domain/permission.ts";
import { AppError } from "../errors.ts";

/** `actor`: the name of the admin, or of the operating-system user of a command; undefined if SpiderPig itself acts. */
export type AccountContext = { db: Database; origin: Origin; actor: string | undefined };

/** @throws AppError account_not_found, own_account. */
export async function setRole(context: AccountContext, name: string, role: Role): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    if (account.role === role) return;
    await updateRole(tx, account.id, role);
    await appendAuditEvent(tx, context.origin, {
      kind: "role_changed",
      actor: context.actor,
      target: account.name,
      details: { from: account.role, to: role },
    });
  });
}

/**
 * Ends the sessions and API tokens of the account, and refuses it until it is enabled again. Its running jobs continue: to
 * end a deployment half-way is more dangerous than to let it run, and any deployer can answer or stop it. Its queued jobs are
 * held until an admin releases or cancels them. @throws like setRole.
 */
export async function disableAccount(context: AccountContext, name: string): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    await updateDisabled(tx, account.id, true);
    const sessions = await deleteSessions(tx, account.id);
    const tokens = await deleteApiTokens(tx, account.id);
    const reason = `The account of ${account.name} was disabled.`;
    const heldJobs = await holdQueuedJobs(tx, account.name, reason);
    for (const id of heldJobs) {
      await appendEvent(tx, id, {
        kind: "job_held",
        ...(context.actor !== undefined && { actor: context.actor }),
        data: { reason },
      });
    }
    await notifyAccess(tx, account.id);
    await appendAuditEvent(tx, context.origin, {
      kind: "account_disabled",
      actor: context.actor,
      target: account.name,
      details: { sessions, tokens, heldJobs: heldJobs.length },
    });
  });
}

/** @throws AppError account_not_found. */
export async function enableAccount(context: AccountContext, name: string): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    if (!account.disabled) return;
    await updateDisabled(tx, account.id, false);
    await appendAuditEvent(tx, context.origin, {
      kind: "account_enabled",
      actor: context.actor,
      target: account.name,
    });
  });
}

/** @throws AppError account_not_found, own_account. */
export async function changeAccount(
  { db, origin, actor }: AccountContext,
  name: string,
  work: (tx: Transaction, account: LockedAccount) => Promise<void>,
): Promise<void> {
  await transaction(db, async (tx) => {
    const account = await lockAccount(tx, name);
    if (account === undefined) throw new AppError("account_not_found");
    // An admin who removes their own access may leave nobody who can restore it. The command line can do it.
    if (origin.channel !== "command_line" && account.name === actor) throw new AppError("own_account");
    await work(tx, account);
  });
}
