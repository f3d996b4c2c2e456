// Encrypts secrets that have to be in the database and read again, with keys derived from SESSION_SECRET, one for each purpose.
// A copy of the database alone does not reveal them.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `totp`: the secret of an authenticator app. `webhook`: the URL and the secret of a webhook. */
type Purpose = "totp" | "webhook";

export function encryptSecret(purpose: Purpose, plain: string, sessionSecret: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", derivedKey(purpose, sessionSecret), iv);
  const encrypted = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString("base64url");
}

/** @returns undefined if it was encrypted with another SESSION_SECRET. */
export function decryptSecret(
  purpose: Purpose,
  encrypted: string,
  sessionSecret: string,
): string | undefined {
  const bytes = Buffer.from(encrypted, "base64url");
  const decipher = createDecipheriv(
    "aes-256-gcm",
    derivedKey(purpose, sessionSecret),
    bytes.subarray(0, IV_BYTES),
  );
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return undefined;
  }
}

export function derivedKey(purpose: Purpose | "challenge", sessionSecret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", sessionSecret, "", `spiderpig ${purpose}`, 32));
}
