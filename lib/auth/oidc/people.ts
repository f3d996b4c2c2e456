// The accounts of people who sign in by the identity provider: created at the first sign-in, and name and role follow the
// provider from then on. Every change is in the audit.
import { createHash } from "node:crypto";
import { deleteSessions, findAccountName } from "../../db/accounts.ts";
import { appendAuditEvent } from "../../db/audit.ts";
import { type Database, transaction, type Transaction, violatedConstraint } from "../../db/connection.ts";
import { hasUnendedJobs } from "../../db/jobs.ts";
import { notifyAccess } from "../../db/notify.ts";
import { acceptOnce } from "../../db/second-factors.ts";
import {
  confirmSsoAccount,
  endSession,
  endSessionsAtProvider,
  findSsoAccount,
  insertSsoAccount,
  type SessionOwner,
  type SsoAccount,
  type Subject,
  withdrawConfirmation,
} from "../../db/sso.ts";
import type { Origin } from "../../domain/audit.ts";
import { AppError } from "../../errors.ts";
import { holdJobsOf } from "../manage-account.ts";
import type { Identity } from "./identity.ts";
import { ssoRefusal } from "./problems.ts";
import type { LogoutRequest } from "./logout-token.ts";

/** What SpiderPig does because the provider says so. */
const SYSTEM: Origin = { channel: "system" };

/** @returns the id and the name of the account. @throws AppError sso_name_taken. */
export async function admitPerson(
  db: Database,
  subject: Subject,
  identity: Identity,
): Promise<{ id: string; name: string }> {
  try {
    return await transaction(db, async (tx) => {
      const account = await findSsoAccount(tx, subject);
      // A job names its starter. With another name the person could approve their own deployment, and their queued jobs would
      // not be held with the account.
      const keepsName = account !== undefined && (await hasUnendedJobs(tx, account.name));
      const name = keepsName ? account.name : identity.name;
      // Never linked by name: a local account of that name may be another person.
      const isOther = account?.name !== name && (await findAccountName(tx, name)) !== undefined;
      if (isOther) throw ssoRefusal("sso_name_taken");
      if (account !== undefined) {
        await confirm(tx, account, { ...identity, name });
        return { id: account.id, name };
      }
      const id = await insertSsoAccount(tx, subject, identity);
      const details = { role: identity.role, source: "single_sign_on" };
      await appendAuditEvent(tx, SYSTEM, { kind: "account_added", target: name, details });
      return { id, name };
    });
  } catch (cause) {
    // Another sign-in was first: the person's own in a second tab, or of a person with the same name.
    const isRace = ["user_name_once", "account_once_per_provider"].includes(violatedConstraint(cause) ?? "");
    throw isRace ? ssoRefusal("sso_failed", cause) : cause;
  }
}

/** The role follows the person's groups. The name does at a sign-in, when no job of the person is left: pages show the old one. */
export async function confirmPerson(tx: Transaction, subject: Subject, { role }: Identity): Promise<void> {
  const account = await findSsoAccount(tx, subject);
  if (account !== undefined) await confirm(tx, account, { name: account.name, role });
}

async function confirm(tx: Transaction, account: SsoAccount, identity: Identity): Promise<void> {
  await confirmSsoAccount(tx, account.id, identity);
  if (account.role === identity.role) return;
  await notifyAccess(tx, account.id);
  const details = { from: account.role, to: identity.role, reason: "groups" };
  await appendAuditEvent(tx, SYSTEM, { kind: "role_changed", target: identity.name, details });
}

/**
 * The provider no longer gives the person access: their sessions end, their API tokens are refused, and their queued jobs are held
 * until an admin decides, as those of a disabled account.
 */
export async function withdrawPerson(db: Database, subject: Subject): Promise<void> {
  await transaction(db, async (tx) => {
    const account = await findSsoAccount(tx, subject);
    // Another of their sessions may have been checked meanwhile.
    if (account === undefined || !(await withdrawConfirmation(tx, account.id))) return;
    const sessions = await deleteSessions(tx, account.id);
    const reason = `The identity provider no longer gives ${account.name} access.`;
    const heldJobs = await holdJobsOf(tx, account.name, reason);
    await notifyAccess(tx, account.id);
    const details = { sessions, heldJobs, reason: "no group" };
    await appendAuditEvent(tx, SYSTEM, { kind: "sessions_ended", target: account.name, details });
  });
}

/** The provider refuses to renew the tokens of this session: it has ended there, or the person's account was disabled. */
export async function endRefusedSession(db: Database, sessionId: string): Promise<void> {
  await transaction(db, async (tx) => {
    const owner = await endSession(tx, sessionId);
    if (owner !== undefined) await recordEnd(tx, owner, "refused by the identity provider");
  });
}

/**
 * The provider reports that sessions have ended there. A copy of the report must not end a session that began after it.
 * @throws AppError invalid_request if it was received before.
 */
export async function endReportedSessions(db: Database, ended: LogoutRequest): Promise<void> {
  const { issuer, tokenId, expiresAt } = ended;
  const id = createHash("sha256").update(`${issuer}\0${tokenId}`).digest("base64url");
  await transaction(db, async (tx) => {
    if (!(await acceptOnce(tx, `logout ${id}`, expiresAt))) {
      throw new AppError("invalid_request", { detail: "The logout token was used before." });
    }
    for (const owner of await endSessionsAtProvider(tx, ended)) {
      await recordEnd(tx, owner, "signed out at the identity provider");
    }
  });
}

async function recordEnd(tx: Transaction, { userId, name }: SessionOwner, reason: string): Promise<void> {
  await notifyAccess(tx, userId);
  const details = { sessions: 1, reason };
  await appendAuditEvent(tx, SYSTEM, { kind: "sessions_ended", target: name, details });
}
