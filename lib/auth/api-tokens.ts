// Issues and revokes API tokens: for their owners on the account page, and for administrators on the command line.
import { randomBytes } from "node:crypto";
import { lockAccount } from "../db/accounts.ts";
import { deleteApiToken, insertApiToken, listApiTokens } from "../db/api-tokens.ts";
import { appendAuditEvent } from "../db/audit.ts";
import { transaction } from "../db/connection.ts";
import { notifyAccess } from "../db/notify.ts";
import { lockSession } from "../db/sessions.ts";
import type { TokenScope } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import type { AccountContext } from "./manage-account.ts";

/** Names the program, so that scanners for leaked secrets recognise a token. */
const PREFIX = "spiderpig_";
const SECRET_BYTES = 32;
/** Of one account, expired ones as well. */
export const TOKENS_MAX = 100;

type NewApiToken = {
  account: string;
  name: string;
  scope: TokenScope;
  days: number;
  /** Of the owner who requests it; undefined on the command line. */
  sessionId?: string | undefined;
};

/**
 * @returns also the token itself, which is not stored and cannot be shown again.
 * @throws AppError account_not_found, account_disabled, not_signed_in, too_many_credentials.
 */
export async function issueToken(
  { db, origin, actor }: AccountContext,
  { account, name, scope, days, sessionId }: NewApiToken,
): Promise<{ id: number; token: string; expiresAt: Date }> {
  const token = `${PREFIX}${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return transaction(db, async (tx) => {
    const owner = await lockAccount(tx, account);
    if (owner === undefined) throw new AppError("account_not_found");
    if (owner.disabled) throw new AppError("account_disabled");
    // An admin may have ended the session since the request was authorised, and with it every access of the person.
    if (sessionId !== undefined && !(await lockSession(tx, sessionId))) throw new AppError("not_signed_in");
    if ((await listApiTokens(tx, owner.id)).length >= TOKENS_MAX) {
      throw new AppError("too_many_credentials", {
        detail: `${owner.name} has ${TOKENS_MAX} API tokens, the most that an account may have.`,
      });
    }
    const { id, expiresAt } = await insertApiToken(tx, { userId: owner.id, name, scope, days, token });
    const details = { id, name, scope, days };
    await appendAuditEvent(tx, origin, { kind: "token_created", actor, target: owner.name, details });
    return { id, token, expiresAt };
  });
}

/** @param ownerId only if it is a token of this user. @throws AppError token_not_found. */
export async function revokeToken(
  { db, origin, actor }: AccountContext,
  id: number,
  ownerId?: string,
): Promise<{ name: string; account: string }> {
  return transaction(db, async (tx) => {
    const revoked = await deleteApiToken(tx, id, ownerId);
    if (revoked === undefined) throw new AppError("token_not_found");
    const { name, account, userId } = revoked;
    await notifyAccess(tx, userId);
    await appendAuditEvent(tx, origin, {
      kind: "token_revoked",
      actor,
      target: account,
      details: { id, name },
    });
    return revoked;
  });
}
