// Issues and revokes API tokens: for their owners on the account page, and for administrators on the command line.
import { randomBytes } from "node:crypto";
import { lockAccount } from "../db/accounts.ts";
import { deleteApiToken, insertApiToken } from "../db/api-tokens.ts";
import { appendAuditEvent } from "../db/audit.ts";
import { transaction } from "../db/connection.ts";
import type { TokenScope } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import type { AccountContext } from "./manage-account.ts";

/** Names the program, so that scanners for leaked secrets recognise a token. */
const PREFIX = "spiderpig_";
const SECRET_BYTES = 32;

type NewApiToken = { account: string; name: string; scope: TokenScope; days: number };

/**
 * @returns also the token itself, which is not stored and cannot be shown again.
 * @throws AppError account_not_found, account_disabled.
 */
export async function issueToken(
  { db, origin, actor }: AccountContext,
  { account, name, scope, days }: NewApiToken,
): Promise<{ id: number; token: string; expiresAt: Date }> {
  const token = `${PREFIX}${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return transaction(db, async (tx) => {
    const owner = await lockAccount(tx, account);
    if (owner === undefined) throw new AppError("account_not_found");
    if (owner.disabled) throw new AppError("account_disabled");
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
    const { name, account } = revoked;
    await appendAuditEvent(tx, origin, {
      kind: "token_revoked",
      actor,
      target: account,
      details: { id, name },
    });
    return revoked;
  });
}
