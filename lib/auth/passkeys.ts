// Passkeys (WebAuthn): added on the account page, and used to sign in without a password or to confirm a change. A passkey must
// verify its user by a PIN or a fingerprint, so it counts as both factors.
import {
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { lockUser } from "../db/accounts.ts";
import { transaction } from "../db/connection.ts";
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  updatePasskeyCounter,
  acceptOnce,
} from "../db/second-factors.ts";
import type { Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { isAdmitted } from "./admission.ts";
import { type Auth, auth } from "./auth.ts";
import { challengeExpiry, createChallenge } from "./factor-secrets.ts";
import { addFactor, removeFactor, requireLocalAccount } from "./second-factor.ts";

type Registration = Parameters<typeof verifyRegistrationResponse>[0]["response"];
type Authentication = Parameters<typeof verifyAuthenticationResponse>[0]["response"];
/** No extension is requested, so their results do not matter. */
type CreatedPasskey = Omit<Registration, "clientExtensionResults">;
export type PasskeyAnswer = Omit<Authentication, "clientExtensionResults">;

const PASSKEYS_MAX = 50;
const SIGN_IN = "sign in";
const LOOPBACK_ADDRESSES = ["127.0.0.1", "[::1]"];

/** The host name for which browsers keep the passkeys: it cannot be an address. */
export function passkeyHost({ settings }: Auth = auth()): string {
  const { hostname } = new URL(settings.publicUrl);
  return LOOPBACK_ADDRESSES.includes(hostname) ? "localhost" : hostname;
}

/** What the browser needs to create a passkey for the user. */
export async function passkeyCreation(user: User, using: Auth = auth()) {
  await requireLocalAccount(user, using);
  const existing = await listPasskeys(using.settings.database, user.id);
  return generateRegistrationOptions({
    rpName: "SpiderPig",
    rpID: passkeyHost(using),
    userName: user.name,
    userID: new TextEncoder().encode(user.id),
    challenge: Uint8Array.from(
      Buffer.from(createChallenge(creationBy(user), using.settings.secret, new Date()), "base64url"),
    ),
    excludeCredentials: existing.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

function creationBy(user: User): string {
  return `create ${user.id}`;
}

/** @returns the recovery codes, if the account had none. @throws AppError passkey_refused, too_many_credentials. */
export async function addPasskey(
  origin: Origin,
  user: User,
  { name, credential: created }: { name: string; credential: CreatedPasskey },
  using: Auth = auth(),
): Promise<string[]> {
  let challenge: { value: string; expiresAt: Date } | undefined;
  const verified = await verifyRegistrationResponse({
    response: { ...created, clientExtensionResults: {} },
    expectedChallenge: (value) => {
      challenge = usableChallenge(value, creationBy(user), using);
      return challenge !== undefined;
    },
    expectedOrigin: [...using.ownOrigins],
    expectedRPID: passkeyHost(using),
    requireUserVerification: true,
  }).catch(refused);
  if (!verified.verified) throw new AppError("passkey_refused");
  const { id, publicKey, counter } = verified.registrationInfo.credential;
  return transaction(using.settings.database, async (tx) => {
    if (challenge === undefined || !(await acceptOnce(tx, challenge.value, challenge.expiresAt))) {
      throw new AppError("passkey_refused");
    }
    await lockUser(tx, user.id);
    if ((await listPasskeys(tx, user.id)).length >= PASSKEYS_MAX) {
      throw new AppError("too_many_credentials", {
        detail: `Your account has ${PASSKEYS_MAX} passkeys, the most that an account may have.`,
      });
    }
    await insertPasskey(tx, user.id, { name, credentialId: id, publicKey: Buffer.from(publicKey), counter });
    return addFactor(tx, origin, user, "passkey");
  });
}

/** @throws AppError not_found, second_factor_required. */
export async function removePasskey(
  origin: Origin,
  user: User,
  id: number,
  using: Auth = auth(),
): Promise<void> {
  await transaction(using.settings.database, async (tx) => {
    await lockUser(tx, user.id);
    const name = await deletePasskey(tx, user.id, id);
    if (name === undefined) throw new AppError("not_found");
    await removeFactor(tx, origin, user, "passkey", using);
  });
}

/** What the browser needs to ask for a passkey of any account. */
export function passkeyRequest(using: Auth = auth()) {
  return {
    challenge: createChallenge(SIGN_IN, using.settings.secret, new Date()),
    rpId: passkeyHost(using),
    userVerification: "required" as const,
    timeout: 300_000,
  };
}

/** The account that used its passkey. Each response is accepted once. @throws AppError passkey_refused. */
export async function verifyPasskey(
  answer: PasskeyAnswer,
  using: Auth = auth(),
): Promise<{ userId: string; name: string; sessionGeneration: number }> {
  const { database } = using.settings;
  const found = await findPasskey(database, answer.id);
  const isUsable =
    found !== undefined && isAdmitted({ ...found, sso: false, isSsoConfirmed: false }, using.settings);
  if (!isUsable) throw new AppError("passkey_refused");
  let challenge: { value: string; expiresAt: Date } | undefined;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...answer, clientExtensionResults: {} },
    expectedChallenge: (value) => {
      challenge = usableChallenge(value, SIGN_IN, using);
      return challenge !== undefined;
    },
    expectedOrigin: [...using.ownOrigins],
    expectedRPID: passkeyHost(using),
    credential: { id: answer.id, publicKey: Uint8Array.from(found.publicKey), counter: found.counter },
    requireUserVerification: true,
  }).catch(refused);
  await transaction(database, async (tx) => {
    if (!verified || challenge === undefined) throw new AppError("passkey_refused");
    if (!(await acceptOnce(tx, challenge.value, challenge.expiresAt))) {
      throw new AppError("passkey_refused");
    }
    await updatePasskeyCounter(tx, answer.id, authenticationInfo.newCounter);
  });
  const { userId, name, sessionGeneration } = found;
  return { userId, name, sessionGeneration };
}

function usableChallenge(value: string, purpose: string, { settings }: Auth) {
  const expiresAt = challengeExpiry(value, purpose, settings.secret, new Date());
  return expiresAt === undefined ? undefined : { value, expiresAt };
}

/** The library throws for each rule that a response breaks. */
function refused(cause: unknown): never {
  throw new AppError("passkey_refused", { cause });
}
