// Records sign-ins, failed ones and sign-outs in the audit, however a person signs in. The library writes the session in a
// transaction of its own; a sign-in is recorded before its cookie is sent, so that no session is used without a record.
import { appendAuditEvent, appendOwnAuditEvent } from "../db/audit.ts";
import { findAccountName, sessionGeneration } from "../db/accounts.ts";
import { type Database, transaction } from "../db/connection.ts";
import { notifyAccess } from "../db/notify.ts";
import { deleteSessionByToken } from "../db/sessions.ts";
import { countSignInAttempt } from "../db/sign-in-attempts.ts";
import type { Origin } from "../domain/audit.ts";
import { AppError } from "../errors.ts";
import { type Auth, SIGN_IN_PACE } from "./auth.ts";

type SignIn = {
  name: string;
  /** How the person proved who they are, for example `password`. */
  method: string;
  /** The one that signed in. */
  request: Request;
  /** For what this server checked itself: the generation of sessions before the check, and the new session's cookies. */
  opened?: { generation: number | undefined; headers: Headers };
};

/**
 * Also ends the session that the browser had: its cookie is replaced, so no one could end it by signing out.
 * @throws AppError sign_in_refused if the account's sessions were ended meanwhile, for example with a new password.
 */
export async function recordSignIn(
  { library, settings }: Auth,
  origin: Origin,
  { name, method, request, opened }: SignIn,
): Promise<void> {
  const { token } = await library.api.readSessionCookie({ headers: request.headers });
  const isRefused = await transaction(settings.database, async (tx) => {
    if (opened !== undefined && (await sessionGeneration(tx, name)) !== opened.generation) {
      const created = await library.api.readSessionCookie({ headers: sentBack(opened.headers) });
      if (created.token !== undefined) await deleteSessionByToken(tx, created.token);
      return true;
    }
    await appendOwnAuditEvent(tx, origin, name, { kind: "signed_in", details: { method } });
    const replaced = token === undefined ? undefined : await deleteSessionByToken(tx, token);
    if (replaced === undefined) return false;
    await notifyAccess(tx, replaced.userId);
    await appendAuditEvent(tx, origin, {
      kind: "sessions_ended",
      actor: name,
      target: replaced.name,
      details: { sessions: 1, reason: "signed in again in the same browser" },
    });
    return false;
  });
  if (isRefused) throw new AppError("sign_in_refused");
}

/** The request headers of a browser that received these cookies. */
function sentBack(headers: Headers): Headers {
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
  return new Headers({ cookie: pairs.join("; ") });
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
