// What people do with their own account: password, sessions, and the proof of identity before a change.
import { findPasswordHash, updatePassword } from "../db/accounts.ts";
import { deleteApiTokens, listApiTokens } from "../db/api-tokens.ts";
import { appendOwnAuditEvent } from "../db/audit.ts";
import { type Database, transaction } from "../db/connection.ts";
import { notifyAccess } from "../db/notify.ts";
import { listPasskeys, readFactorSummary } from "../db/second-factors.ts";
import {
  confirmSession,
  deleteOtherSessions,
  deleteSession,
  listSessions,
  lockSession,
} from "../db/sessions.ts";
import { countSignInAttempt, forgetSignInAttempts } from "../db/sign-in-attempts.ts";
import type { Origin } from "../domain/audit.ts";
import type { User, UserSession } from "../domain/permission.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import { type Auth, auth, SIGN_IN_PACE } from "./auth.ts";
import { passkeyHost, type PasskeyAnswer, verifyPasskey } from "./passkeys.ts";
import { hashPassword, PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, verifyPassword } from "./password-hash.ts";

export async function readOwnAccount(user: User, using: Auth = auth()) {
  const { database: db, secondFactorRequired = [] } = using.settings;
  const [hash, sessions, tokens, factors, passkeys] = await Promise.all([
    findPasswordHash(db, user.id),
    listSessions(db, user.id),
    listApiTokens(db, user.id),
    readFactorSummary(db, user.id),
    listPasskeys(db, user.id),
  ]);
  const hasPassword = hash !== undefined;
  return {
    hasPassword,
    sessions: sessions.map((session) => ({
      ...session,
      isCurrent: session.id === user.session?.id,
      createdAt: session.createdAt.toISOString(),
      lastUsedAt: session.lastUsedAt.toISOString(),
    })),
    tokens: tokens.map((token) => ({
      ...token,
      createdAt: token.createdAt.toISOString(),
      expiresAt: token.expiresAt.toISOString(),
      lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
    })),
    secondFactors: {
      isRequired: hasPassword && secondFactorRequired.includes(user.role),
      appAddedAt: factors.appAddedAt?.toISOString() ?? null,
      recoveryCodesLeft: factors.recoveryCodes,
      passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
        id,
        name,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
      })),
      passkeyHost: passkeyHost(using),
    },
  };
}

/** The other sessions end: the password may have been changed because another person knew it. */
export async function changeOwnPassword(
  origin: Origin,
  user: User,
  { current, next, revokesTokens }: { current: string; next: string; revokesTokens: boolean },
  using: Auth = auth(),
): Promise<void> {
  const { database, passwordCost } = using.settings;
  if (next.length < PASSWORD_LENGTH_MIN || next.length > PASSWORD_LENGTH_MAX) {
    const detail = `A password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters.`;
    throw fieldRefusal("unacceptable_value", { field: "next", detail });
  }
  await requirePassword(database, user, current);
  const hash = await hashPassword(next, passwordCost);
  await transaction(database, async (tx) => {
    await updatePassword(tx, user.id, hash);
    // An admin may have set another password since the request was authorised, which ended the session.
    if (!(await lockSession(tx, sessionOf(user).id))) throw new AppError("not_signed_in");
    const sessions = await deleteOtherSessions(tx, user.id, sessionOf(user).id);
    const tokens = revokesTokens ? await deleteApiTokens(tx, user.id) : 0;
    const details = { sessions, tokens };
    await appendOwnAuditEvent(tx, origin, user.name, { kind: "password_changed", details });
    await notifyAccess(tx, user.id);
  });
}

/** @throws AppError not_found. */
export async function endSession(
  { db, origin }: { db: Database; origin: Origin },
  user: User,
  id: string,
): Promise<void> {
  await transaction(db, async (tx) => {
    if (!(await deleteSession(tx, user.id, id))) throw new AppError("not_found");
    await appendOwnAuditEvent(tx, origin, user.name, { kind: "sessions_ended", details: { sessions: 1 } });
    await notifyAccess(tx, user.id);
  });
}

export async function endOtherSessions(
  { db, origin }: { db: Database; origin: Origin },
  user: User,
): Promise<void> {
  await transaction(db, async (tx) => {
    const sessions = await deleteOtherSessions(tx, user.id, sessionOf(user).id);
    await appendOwnAuditEvent(tx, origin, user.name, { kind: "sessions_ended", details: { sessions } });
    await notifyAccess(tx, user.id);
  });
}

/** The person proves again who they are. @throws AppError password_refused, passkey_refused, too_many_sign_ins. */
export async function confirmIdentity(
  user: User,
  { password, passkey }: { password?: string | undefined; passkey?: PasskeyAnswer | undefined },
  using: Auth = auth(),
): Promise<void> {
  const { database } = using.settings;
  if (passkey !== undefined) await requirePasskey(user, passkey, using);
  else await requirePassword(database, user, password ?? "");
  await transaction(database, (tx) => confirmSession(tx, sessionOf(user).id));
}

async function requirePasskey(user: User, answer: PasskeyAnswer, using: Auth): Promise<void> {
  const { userId } = await verifyPasskey(answer, using);
  if (userId !== user.id) throw new AppError("passkey_refused");
}

/** Counted like sign-ins: another person at an open browser must not be able to guess. */
async function requirePassword(db: Database, user: User, password: string): Promise<void> {
  const bucket = `confirm:${user.id}`;
  const waitMs = await countSignInAttempt(db, bucket, SIGN_IN_PACE);
  if (waitMs > 0) {
    const detail = `Try again in ${Math.ceil(waitMs / 1000)} seconds.`;
    throw new AppError("too_many_sign_ins", { detail });
  }
  const hash = await findPasswordHash(db, user.id);
  if (hash === undefined || !(await verifyPassword({ hash, password }))) {
    throw new AppError("password_refused");
  }
  await forgetSignInAttempts(db, bucket);
}

function sessionOf({ session }: User): UserSession {
  if (session === undefined) throw new AppError("not_permitted");
  return session;
}
