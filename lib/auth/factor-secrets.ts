// What protects the second factors in the database: keys derived from SESSION_SECRET, one for each purpose.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { base32 } from "./totp.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** For the secret of an authenticator app. */
export function encryptSecret(plain: string, sessionSecret: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyFor("totp", sessionSecret), iv);
  const encrypted = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString("base64url");
}

/** @returns undefined if it was encrypted with another SESSION_SECRET. */
export function decryptSecret(encrypted: string, sessionSecret: string): string | undefined {
  const bytes = Buffer.from(encrypted, "base64url");
  const decipher = createDecipheriv(
    "aes-256-gcm",
    keyFor("totp", sessionSecret),
    bytes.subarray(0, IV_BYTES),
  );
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return undefined;
  }
}

const RECOVERY_CODES = 10;
/** Too many to guess, even with a copy of the hashes. */
const RECOVERY_CODE_BYTES = 10;

/** For example `k3zq-7vha-m2xw-4rdp`. */
export function createRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = base32(randomBytes(RECOVERY_CODE_BYTES)).toLowerCase();
    return (text.match(/.{4}/g) ?? []).join("-");
  });
}

/** @param code with or without hyphens and spaces, in any case. */
export function hashRecoveryCode(code: string): Buffer {
  return createHash("sha256")
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ""))
    .digest();
}

const CHALLENGE_MINUTES = 5;
const NONCE_BYTES = 16;
const TIME_BYTES = 8;

/**
 * A challenge for a passkey. It is signed and not stored, so that requests without a session write nothing; the used ones are
 * stored until they expire (lib/db/second-factors.ts).
 */
export function createChallenge(purpose: string, sessionSecret: string, now: Date): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(now.getTime() + CHALLENGE_MINUTES * 60_000));
  const content = Buffer.concat([randomBytes(NONCE_BYTES), time]);
  return Buffer.concat([content, sign(content, purpose, sessionSecret)]).toString("base64url");
}

/** When the challenge expires; undefined if it is not ours, was for another purpose, or has expired. */
export function challengeExpiry(
  challenge: string,
  purpose: string,
  sessionSecret: string,
  now: Date,
): Date | undefined {
  const bytes = Buffer.from(challenge, "base64url");
  const content = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
  const signature = bytes.subarray(NONCE_BYTES + TIME_BYTES);
  const expected = sign(content, purpose, sessionSecret);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
  const expiresAt = new Date(Number(content.readBigUInt64BE(NONCE_BYTES)));
  return expiresAt > now ? expiresAt : undefined;
}

function sign(content: Buffer, purpose: string, sessionSecret: string): Buffer {
  return createHmac("sha256", keyFor("challenge", sessionSecret))
    .update(`${purpose}\0`)
    .update(content)
    .digest();
}

function keyFor(purpose: string, sessionSecret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", sessionSecret, "", `spiderpig ${purpose}`, 32));
}
