// Creates and changes accounts, and issues API tokens: for the commands of administrators (admin/user.ts,
// admin/token.ts) and for the sandbox. None of it can be called over HTTP.
import { z } from "zod";
import { violatedConstraint } from "../db/connection.ts";
import { DEMO_ACCOUNTS } from "../domain/demo-accounts.ts";
import type { Role } from "../domain/permission.ts";
import { POLICY_ACTOR } from "../domain/unanswered.ts";
import { ISSUED_TOKEN_HEADER } from "./api-tokens.ts";
import {
  ACCOUNT_NAME,
  admittedUser,
  type Auth,
  auth,
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
} from "./auth.ts";

/** An error that the caller of the command can correct; the message says what is wrong. */
export class AccountError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AccountError";
  }
}

type NewAccount = { name: string; role: Role; password: string };

/** @throws AccountError when the name is taken, reserved or not a shell name, or the password too short or too long. */
export async function addAccount(account: NewAccount, using: Auth = auth()): Promise<void> {
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
  if (!(await insertAccount(account, false, using))) {
    throw new AccountError(`There is already an account "${account.name}".`);
  }
}

export async function setRole(name: string, role: Role, using: Auth = auth()): Promise<void> {
  const { internalAdapter } = await using.library.$context;
  await internalAdapter.updateUser((await findAccount(name, using)).id, { role });
}

/** Signs the account out everywhere, and ends its API tokens. */
export async function setPassword(name: string, password: string, using: Auth = auth()): Promise<void> {
  const { internalAdapter } = await using.library.$context;
  const { id } = await findAccount(name, using);
  await internalAdapter.updatePassword(id, await hashPassword(password, using));
  await internalAdapter.deleteUserSessions(id);
}

/** The account is refused from the next request on; its API tokens are deleted. */
export async function disableAccount(name: string, using: Auth = auth()): Promise<void> {
  const { internalAdapter } = await using.library.$context;
  const { id } = await findAccount(name, using);
  await internalAdapter.updateUser(id, { disabled: true });
  await internalAdapter.deleteUserSessions(id);
}

export async function enableAccount(name: string, using: Auth = auth()): Promise<void> {
  const { internalAdapter } = await using.library.$context;
  await internalAdapter.updateUser((await findAccount(name, using)).id, { disabled: false });
}

/** @returns the token, which is not stored. */
export async function issueToken(
  options: { account: string; name: string; days: number },
  using: Auth = auth(),
): Promise<string> {
  const stored = await findAccount(options.account, using);
  if (admittedUser(stored, using.settings) === undefined) {
    throw new AccountError(`The account "${options.account}" is disabled.`);
  }
  const expiresAt = new Date(Date.now() + options.days * 24 * 60 * 60 * 1000);
  const { headers } = await using.library.api.issueApiToken({
    body: { userId: stored.id, name: options.name, expiresAt },
    returnHeaders: true,
  });
  const token = headers.get(ISSUED_TOKEN_HEADER);
  if (token === null) throw new Error("the library issued no token");
  return token;
}

/** @returns how many tokens of that name the account had. */
export async function revokeTokens(
  options: { account: string; name: string },
  using: Auth = auth(),
): Promise<number> {
  const { internalAdapter } = await using.library.$context;
  const sessions = await internalAdapter.listSessions((await findAccount(options.account, using)).id);
  const revoked = z
    .array(z.object({ token: z.string(), tokenName: z.string().nullish() }))
    .parse(sessions)
    .filter((session) => session.tokenName === options.name)
    .map((session) => session.token);
  await internalAdapter.deleteSessions(revoked);
  return revoked.length;
}

const KEY = Symbol.for("spiderpig.demo-accounts");
type Holder = { [KEY]?: Promise<void> | undefined };

/** Creates the accounts of the sandbox, if they are enabled. Done once per process; retried if it failed. */
export function ensureDemoAccounts(): Promise<void> {
  const holder = globalThis as Holder;
  holder[KEY] ??= addDemoAccounts(auth()).catch((error: unknown) => {
    holder[KEY] = undefined;
    throw error;
  });
  return holder[KEY];
}

/** Does nothing outside the sandbox. Demo accounts that exist already stay in the table, but cannot sign in. */
export async function addDemoAccounts(using: Auth): Promise<void> {
  if (!using.settings.demoAccounts) return;
  for (const account of DEMO_ACCOUNTS) await insertAccount(account, true, using);
}

/** @returns false if the name is taken, also by a concurrent insert. */
async function insertAccount(
  { name, role, password }: NewAccount,
  demo: boolean,
  using: Auth,
): Promise<boolean> {
  const { adapter } = await using.library.$context;
  if ((await findStored(name, using)) !== null) return false;
  const hash = await hashPassword(password, using);
  const email = `${name}@spiderpig.invalid`;
  try {
    // The library creates a user in two transactions; a crash between them would leave a user without a password.
    await adapter.transaction(async (tx) => {
      const user = z
        .object({ id: z.string() })
        .parse(await tx.create({ model: "user", data: { username: name, name, email, role, demo } }));
      await tx.create({
        model: "account",
        data: { userId: user.id, accountId: user.id, providerId: "credential", password: hash },
      });
    });
    return true;
  } catch (error) {
    if (violatedConstraint(error) === "user_name_once") return false;
    throw error;
  }
}

async function findAccount(name: string, using: Auth): Promise<{ id: string }> {
  const found = z
    .looseObject({ id: z.string() })
    .nullable()
    .parse(await findStored(name, using));
  if (found === null) throw new AccountError(`There is no account "${name}".`);
  return found;
}

async function findStored(name: string, using: Auth): Promise<unknown> {
  const { adapter } = await using.library.$context;
  return adapter.findOne({ model: "user", where: [{ field: "username", value: name.toLowerCase() }] });
}

async function hashPassword(password: string, using: Auth): Promise<string> {
  if (password.length < PASSWORD_LENGTH_MIN || password.length > PASSWORD_LENGTH_MAX) {
    throw new AccountError(`A password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters.`);
  }
  return (await using.library.$context).password.hash(password);
}
