// Recovery codes, and the challenges of passkeys.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { derivedKey } from "../stored-secret.ts";
import { base32 } from "./totp.ts";

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
  return createHmac("sha256", derivedKey("challenge", sessionSecret))
    .update(`${purpose}\0`)
    .update(content)
    .digest();
}
