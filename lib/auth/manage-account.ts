// What administrators do with accounts, from the admin pages and from the command line: one transaction each, with its event
// in the audit. None of it needs better-auth, so a command needs no setting but the database.
import {
  deleteAccount as deleteAccountRow,
  deleteAllSessions,
  deleteSecondFactors,
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
import type { PasswordCost } from "./password-hash.ts";

/** `actor`: the name of the admin, or of the operating-system user of a command; undefined if SpiderPig itself acts. */
export type AccountContext = {
  db: Database;
  origin: Origin;
  actor: string | undefined;
  /** Of new passwords; PASSWORD_COST by default. */
  passwordCost?: PasswordCost;
};

/** @throws AppError account_not_found, own_account. */
export async function setRole(context: AccountContext, name: string, role: Role): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    if (account.role === role) return;
    await updateRole(tx, account.id, role);
    await notifyAccess(tx, account.id);
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
    const heldJobs = await holdJobsOf(tx, account.name, reason, context.actor);
    await notifyAccess(tx, account.id);
    await appendAuditEvent(tx, context.origin, {
      kind: "account_disabled",
      actor: context.actor,
      target: account.name,
      details: { sessions, tokens, heldJobs },
    });
  });
}

/** @returns how many queued jobs are held now. */
export async function holdJobsOf(
  tx: Transaction,
  name: string,
  reason: string,
  actor?: string,
): Promise<number> {
  const held = await holdQueuedJobs(tx, name, reason);
  for (const id of held) {
    await appendEvent(tx, id, { kind: "job_held", ...(actor !== undefined && { actor }), data: { reason } });
  }
  return held.length;
}

/** @throws AppError account_not_found. */
export async function enableAccount(context: AccountContext, name: string): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    if (!account.disabled) return;
    // A sign-in that was under way when the account was disabled may have left a session, which was refused until now.
    await deleteSessions(tx, account.id);
    await updateDisabled(tx, account.id, false);
    await appendAuditEvent(tx, context.origin, {
      kind: "account_enabled",
      actor: context.actor,
      target: account.name,
    });
  });
}

/** Only of an account that is disabled, so that its queued jobs are held. Its name stays in the history. @throws like setRole, and account_not_disabled. */
export async function deleteAccount(context: AccountContext, name: string): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    if (!account.disabled) throw new AppError("account_not_disabled", { detail: "Nothing was deleted." });
    await deleteAccountRow(tx, account.id);
    await appendAuditEvent(tx, context.origin, {
      kind: "account_deleted",
      actor: context.actor,
      target: account.name,
      details: { role: account.role },
    });
  });
}

/** Signs the person out everywhere. @returns how many sessions there were. @throws like setRole. */
export async function endSessions(context: AccountContext, name: string): Promise<number> {
  return changeAccount(context, name, async (tx, account) => {
    const sessions = await deleteSessions(tx, account.id);
    await notifyAccess(tx, account.id);
    await appendAuditEvent(tx, context.origin, {
      kind: "sessions_ended",
      actor: context.actor,
      target: account.name,
      details: { sessions },
    });
    return sessions;
  });
}

/** @returns how many API tokens the person had. @throws like setRole. */
export async function revokeAllTokens(context: AccountContext, name: string): Promise<number> {
  return changeAccount(context, name, async (tx, account) => {
    const tokens = await deleteApiTokens(tx, account.id);
    await notifyAccess(tx, account.id);
    if (tokens === 0) return 0;
    await appendAuditEvent(tx, context.origin, {
      kind: "token_revoked",
      actor: context.actor,
      target: account.name,
      details: { tokens },
    });
    return tokens;
  });
}

/** For a person who has lost their device. Signs them out, because a session may have been verified with it. @throws like setRole. */
export async function resetSecondFactors(context: AccountContext, name: string): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    await deleteSecondFactors(tx, account.id);
    const sessions = await deleteSessions(tx, account.id);
    await notifyAccess(tx, account.id);
    await appendAuditEvent(tx, context.origin, {
      kind: "second_factor_removed",
      actor: context.actor,
      target: account.name,
      details: { all: true, sessions },
    });
  });
}

/** @param exceptSessionId the session of the admin, who stays signed in. @returns how many sessions were ended. */
export async function endAllSessions(
  { db, origin, actor }: AccountContext,
  exceptSessionId: string | undefined,
): Promise<number> {
  return transaction(db, async (tx) => {
    const userIds = await deleteAllSessions(tx, exceptSessionId);
    for (const userId of new Set(userIds)) await notifyAccess(tx, userId);
    const sessions = userIds.length;
    await appendAuditEvent(tx, origin, { kind: "all_sessions_ended", actor, details: { sessions } });
    return sessions;
  });
}

/** @throws AppError account_not_found, own_account. */
export async function changeAccount<Result>(
  { db, origin, actor }: AccountContext,
  name: string,
  work: (tx: Transaction, account: LockedAccount) => Promise<Result>,
): Promise<Result> {
  return transaction(db, async (tx) => {
    const account = await lockAccount(tx, name);
    if (account === undefined) throw new AppError("account_not_found");
    // An admin who removes their own access may leave no one who can restore it. The command line can do it.
    if (origin.channel !== "command_line" && account.name === actor) throw new AppError("own_account");
    return work(tx, account);
  });
}
