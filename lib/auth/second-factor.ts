// Authenticator apps and recovery codes: set up, entered at sign-in, replaced and removed.
import { notifyAccess } from "../db/notify.ts";
import { findPasswordHash, lockUser } from "../db/accounts.ts";
import { appendOwnAuditEvent } from "../db/audit.ts";
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import {
  acceptStep,
  countCodeAttempt,
  countFactors,
  deleteAuthenticatorApp,
  readFactorSummary,
  replaceRecoveryCodes,
  saveNewSecret,
  redeemRecoveryCode,
} from "../db/second-factors.ts";
import { verifySession } from "../db/sessions.ts";
import { countSignInAttempt, forgetSignInAttempts } from "../db/sign-in-attempts.ts";
import type { Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { type Auth, auth, SIGN_IN_PACE } from "./auth.ts";
import { createRecoveryCodes, hashRecoveryCode } from "./factor-secrets.ts";
import { decryptSecret, encryptSecret } from "../stored-secret.ts";
import { createSecret, otpauthUri, stepOfCode } from "./totp.ts";

/** A new secret for an authenticator app, which counts when a code of it is entered. @throws AppError second_factor_exists. */
export async function startAuthenticatorApp(
  user: User,
  using: Auth = auth(),
): Promise<{ secret: string; uri: string }> {
  await requireLocalAccount(user, using);
  const secret = createSecret();
  const encrypted = encryptSecret("totp", secret, using.settings.secret);
  const isSaved = await transaction(using.settings.database, (tx) => saveNewSecret(tx, user.id, encrypted));
  if (!isSaved) throw new AppError("second_factor_exists");
  return { secret, uri: otpauthUri(user.name, secret, issuerOf(using)) };
}

/** With single sign-on, the second factor is that of the provider. @throws AppError not_permitted. */
export async function requireLocalAccount(user: User, { settings }: Auth): Promise<void> {
  if ((await findPasswordHash(settings.database, user.id)) === undefined) {
    throw new AppError("not_permitted", { detail: "Your account uses the second factor of single sign-on." });
  }
}

/** Several installations are distinguished in the app by their host. */
function issuerOf({ settings }: Auth): string {
  return `SpiderPig (${new URL(settings.publicUrl).hostname})`;
}

type Verdict = "app" | "recovery_code" | "refused" | { waitSeconds: number };

/**
 * Checks a code of the authenticator app. The first one adds the app to the account.
 * @returns the recovery codes, if the account had none. @throws AppError code_refused, too_many_codes.
 */
export async function confirmAuthenticatorApp(
  origin: Origin,
  user: User,
  code: string,
  using: Auth = auth(),
): Promise<string[]> {
  const { database } = using.settings;
  const { verdict, recoveryCodes } = await transaction(database, async (tx) => {
    const found = await checkAppCode(tx, user, digitsOf(code), { isNew: true }, using);
    if (found !== "app") return { verdict: found, recoveryCodes: [] };
    return { verdict: found, recoveryCodes: await addFactor(tx, origin, user, "authenticator_app") };
  });
  await refuse(database, origin, user, verdict);
  return recoveryCodes;
}

/** The second step of signing in: a code of the app, or a recovery code. @throws AppError code_refused, too_many_codes. */
export async function enterSecondFactor(
  origin: Origin,
  user: User,
  code: string,
  using: Auth = auth(),
): Promise<void> {
  const { database } = using.settings;
  const digits = digitsOf(code);
  const isOfApp = /^\d{6}$/.test(digits);
  // Recovery codes are too long to guess, but each failed attempt is kept in the audit. Counted for each address, so that
  // attempts of another person do not delay the owner.
  const bucket = `recovery:${user.id}:${origin.address ?? ""}`;
  const waitMs = isOfApp ? 0 : await countSignInAttempt(database, bucket, SIGN_IN_PACE);
  if (waitMs > 0) {
    throw new AppError("too_many_codes", { detail: `Try again in ${Math.ceil(waitMs / 1000)} seconds.` });
  }
  const verdict = await transaction(database, async (tx) => {
    const found = isOfApp
      ? await checkAppCode(tx, user, digits, { isNew: false }, using)
      : await checkRecoveryCode(tx, user, code);
    if (found !== "app" && found !== "recovery_code") return found;
    await completeSession(tx, user);
    await appendOwnAuditEvent(tx, origin, user.name, { kind: "signed_in", details: { method: found } });
    return found;
  });
  await refuse(database, origin, user, verdict);
  if (!isOfApp) await forgetSignInAttempts(database, bucket);
}

async function checkAppCode(
  tx: Transaction,
  user: User,
  digits: string,
  { isNew }: { isNew: boolean },
  using: Auth,
): Promise<Verdict> {
  const attempt = await countCodeAttempt(tx, user.id, isNew);
  if (attempt === undefined) return "refused";
  if ("waitSeconds" in attempt) return attempt;
  const secret = decryptSecret("totp", attempt.encryptedSecret, using.settings.secret);
  const step = secret === undefined ? undefined : stepOfCode(secret, digits, new Date());
  return step !== undefined && (await acceptStep(tx, user.id, step)) ? "app" : "refused";
}

async function checkRecoveryCode(tx: Transaction, user: User, code: string): Promise<Verdict> {
  return (await redeemRecoveryCode(tx, user.id, hashRecoveryCode(code))) ? "recovery_code" : "refused";
}

/** After the transaction, which has counted the attempt. A code that came too early was not checked, and is not recorded. */
async function refuse(db: Database, origin: Origin, user: User, verdict: Verdict): Promise<void> {
  if (typeof verdict === "object") {
    throw new AppError("too_many_codes", {
      detail: `Try again in ${verdict.waitSeconds} seconds, or use a passkey or a recovery code.`,
    });
  }
  if (verdict !== "refused") return;
  await transaction(db, (tx) => appendOwnAuditEvent(tx, origin, user.name, { kind: "second_factor_failed" }));
  throw new AppError("code_refused");
}

/** @returns the recovery codes, if the account had none. */
export async function addFactor(
  tx: Transaction,
  origin: Origin,
  user: User,
  factor: "authenticator_app" | "passkey",
): Promise<string[]> {
  await completeSession(tx, user);
  await appendOwnAuditEvent(tx, origin, user.name, { kind: "second_factor_added", details: { factor } });
  if ((await readFactorSummary(tx, user.id)).recoveryCodes > 0) return [];
  return newRecoveryCodes(tx, user);
}

/**
 * An admin may have reset the second factors and ended the sessions since the request was authorised; what the request adds
 * would stay. @throws AppError not_signed_in.
 */
async function completeSession(tx: Transaction, { session }: User): Promise<void> {
  if (session !== undefined && !(await verifySession(tx, session.id))) throw new AppError("not_signed_in");
}

/** The earlier ones are no longer accepted. @throws AppError second_factor_missing. */
export async function renewRecoveryCodes(
  origin: Origin,
  user: User,
  using: Auth = auth(),
): Promise<string[]> {
  return transaction(using.settings.database, async (tx) => {
    if ((await countFactors(tx, user.id)) === 0) throw new AppError("second_factor_missing");
    await appendOwnAuditEvent(tx, origin, user.name, {
      kind: "second_factor_added",
      details: { factor: "recovery_codes" },
    });
    return newRecoveryCodes(tx, user);
  });
}

async function newRecoveryCodes(tx: Transaction, user: User): Promise<string[]> {
  const codes = createRecoveryCodes();
  await replaceRecoveryCodes(tx, user.id, codes.map(hashRecoveryCode));
  return codes;
}

/** @throws AppError second_factor_missing, second_factor_required. */
export async function removeAuthenticatorApp(
  origin: Origin,
  user: User,
  using: Auth = auth(),
): Promise<void> {
  await transaction(using.settings.database, async (tx) => {
    await lockUser(tx, user.id);
    if (!(await deleteAuthenticatorApp(tx, user.id))) throw new AppError("second_factor_missing");
    await removeFactor(tx, origin, user, "authenticator_app", using);
  });
}

/**
 * Recovery codes without a factor would be of no use. The caller has locked the user: of two requests that remove the last two
 * factors at the same time, each would count the factor that the other one removes.
 */
export async function removeFactor(
  tx: Transaction,
  origin: Origin,
  user: User,
  factor: string,
  { settings }: Auth,
): Promise<void> {
  if ((await countFactors(tx, user.id)) === 0) {
    if ((settings.secondFactorRequired ?? []).includes(user.role)) {
      throw new AppError("second_factor_required");
    }
    await replaceRecoveryCodes(tx, user.id, []);
  }
  await appendOwnAuditEvent(tx, origin, user.name, { kind: "second_factor_removed", details: { factor } });
  await notifyAccess(tx, user.id);
}

function digitsOf(code: string): string {
  return code.replaceAll(/\s/g, "");
}
