// Creates accounts, sets passwords and links accounts to people of single sign-on: for the command of administrators
// (admin/user.ts) and for the sandbox. None of it can be called over HTTP.
import {
  deleteSecondFactors,
  deleteSessions,
  findAccountName,
  insertAccount,
  updatePassword,
} from "../db/accounts.ts";
import { deleteApiTokens } from "../db/api-tokens.ts";
import { appendAuditEvent } from "../db/audit.ts";
import { transaction } from "../db/connection.ts";
import { notifyAccess } from "../db/notify.ts";
import { findSsoAccount, replaceWithSubject, type Subject } from "../db/sso.ts";
import type { Role } from "../domain/permission.ts";
import { POLICY_ACTOR } from "../domain/unanswered.ts";
import { type AccountContext, changeAccount } from "./manage-account.ts";
import { ACCOUNT_NAME } from "./oidc/identity.ts";
import {
  hashPassword,
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  type PasswordCost,
} from "./password-hash.ts";

/** An error that the caller of the command can correct; the message says what is wrong. */
export class AccountError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AccountError";
  }
}

type NewAccount = { name: string; role: Role; password: string };

/** @throws AccountError when the name is taken, reserved or not a shell name, or the password too short or too long. */
export async function addAccount(context: AccountContext, account: NewAccount): Promise<void> {
  if (!ACCOUNT_NAME.test(account.name)) {
    throw new AccountError(
      `"${account.name}" is not a user name: small letters, digits, - and _, at most 32, a letter first.`,
    );
  }
  if (account.name === POLICY_ACTOR) {
    throw new AccountError(
      `"${POLICY_ACTOR}" is reserved: the history uses it for actions of the expiry policy. Choose another name.`,
    );
  }
  if (!(await addUnlessTaken(context, account, false))) {
    throw new AccountError(`There is already an account "${account.name}".`);
  }
}

/** Signs the account out everywhere, and ends its API tokens. @throws AccountError, AppError account_not_found, own_account. */
export async function setPassword(context: AccountContext, name: string, password: string): Promise<void> {
  const passwordHash = await hash(password, context.passwordCost);
  await changeAccount(context, name, async (tx, { id, name: target }) => {
    if (!(await updatePassword(tx, id, passwordHash))) {
      throw new AccountError(`${target} has no password: the account uses single sign-on.`);
    }
    await deleteSessions(tx, id);
    await deleteApiTokens(tx, id);
    await notifyAccess(tx, id);
    await appendAuditEvent(tx, context.origin, { kind: "password_changed", actor: context.actor, target });
  });
}

/**
 * From now on the account is that of this person at the identity provider, who is signed out everywhere. Password and second
 * factors are removed, because they would bypass the provider, and API tokens are refused until the first sign-in with it.
 * @throws AccountError when another account is linked to the person; AppError account_not_found.
 */
export async function linkAccount(context: AccountContext, name: string, subject: Subject): Promise<void> {
  await changeAccount(context, name, async (tx, account) => {
    const owner = await findSsoAccount(tx, subject);
    if (owner !== undefined && owner.id !== account.id) {
      throw new AccountError(`The account ${owner.name} is linked to this person. Nothing was changed.`);
    }
    await replaceWithSubject(tx, account.id, subject);
    await deleteSecondFactors(tx, account.id);
    const sessions = await deleteSessions(tx, account.id);
    await notifyAccess(tx, account.id);
    await appendAuditEvent(tx, context.origin, {
      kind: "account_linked",
      actor: context.actor,
      target: account.name,
      details: { ...subject, sessions },
    });
  });
}

/** @returns false if the name is taken, also by a concurrent insert. */
export async function addUnlessTaken(
  { db, origin, actor, passwordCost }: AccountContext,
  { name, role, password }: NewAccount,
  isDemo: boolean,
): Promise<boolean> {
  // Before the password is hashed, which takes long: the sandbox tries at every start.
  if ((await findAccountName(db, name)) !== undefined) return false;
  const passwordHash = await hash(password, passwordCost);
  return transaction(db, async (tx) => {
    if (!(await insertAccount(tx, { name, role, isDemo, passwordHash }))) return false;
    await appendAuditEvent(tx, origin, { kind: "account_added", actor, target: name, details: { role } });
    return true;
  });
}

async function hash(password: string, cost?: PasswordCost): Promise<string> {
  if (password.length < PASSWORD_LENGTH_MIN || password.length > PASSWORD_LENGTH_MAX) {
    throw new AccountError(`A password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters.`);
  }
  return hashPassword(password, cost);
}
