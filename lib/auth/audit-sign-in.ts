// Records sign-ins, failed ones and sign-outs in the audit, however a person signs in. The library writes the session in a
// transaction of its own; a sign-in is recorded before its cookie is sent, so that no session is used without a record.
import { appendAuditEvent, appendOwnAuditEvent } from "../db/audit.ts";
import { findAccountName } from "../db/accounts.ts";
import { type Database, transaction } from "../db/connection.ts";
import { notifyAccess } from "../db/notify.ts";
import { deleteSessionByToken } from "../db/sessions.ts";
import { countSignInAttempt } from "../db/sign-in-attempts.ts";
import type { Origin } from "../domain/audit.ts";
import { type Auth, SIGN_IN_PACE } from "./auth.ts";

/**
 * Also ends the session that the browser had: its cookie is replaced, so no one could end it by signing out.
 * @param method how the person proved who they are, for example `password`. @param request the one that signed in.
 */
export async function recordSignIn(
  { library, settings }: Auth,
  origin: Origin,
  { name, method, request }: { name: string; method: string; request: Request },
): Promise<void> {
  const { token } = await library.api.readSessionCookie({ headers: request.headers });
  await transaction(settings.database, async (tx) => {
    await appendOwnAuditEvent(tx, origin, name, { kind: "signed_in", details: { method } });
    const replaced = token === undefined ? undefined : await deleteSessionByToken(tx, token);
    if (replaced === undefined) return;
    await notifyAccess(tx, replaced.userId);
    await appendAuditEvent(tx, origin, {
      kind: "sessions_ended",
      actor: name,
      target: replaced.name,
      details: { sessions: 1, reason: "signed in again in the same browser" },
    });
  });
}

/**
 * Without a name, anyone can cause these events at will, by a passkey or a callback that was never requested, and the audit is kept
 * for ever: of one address only as many are recorded as it could make attempts with a password.
 * @param name as it was entered. It is stored only if there is such an account: it may be a password in the wrong field.
 */
export async function recordFailedSignIn(
  db: Database,
  origin: Origin,
  { name, method, reason }: { name: string | undefined; method: string; reason: string },
): Promise<void> {
  if (name === undefined) {
    const waitMs = await countSignInAttempt(db, `audit:${origin.address ?? ""}`, SIGN_IN_PACE);
    if (waitMs > 0) return;
  }
  await transaction(db, async (tx) => {
    const known = name === undefined ? undefined : await findAccountName(tx, name);
    await appendAuditEvent(tx, origin, {
      kind: "sign_in_failed",
      target: known,
      details: { method, reason },
    });
  });
}

export async function recordSignOut(db: Database, origin: Origin, name: string): Promise<void> {
  await transaction(db, (tx) => appendOwnAuditEvent(tx, origin, name, { kind: "signed_out" }));
}
