// Hashes passwords with scrypt. A hash names its cost, so a later version can raise PASSWORD_COST and earlier hashes still verify.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** The binary logarithm of scrypt's N: each step doubles time and memory. */
export type PasswordCost = number;

/** 0.1 s and 32 MiB for each guess. */
export const PASSWORD_COST: PasswordCost = 14;
/** For passwords that are no secret. */
export const PUBLIC_PASSWORD_COST: PasswordCost = 4;

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 128;

const BLOCK_SIZE = 16;
const KEY_BYTES = 64;
const SALT_BYTES = 16;
const HASH = /^scrypt:(?<cost>\d{1,2}):(?<salt>[\w-]+):(?<key>[\w-]+)$/;

export async function hashPassword(password: string, cost: PasswordCost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES).toString("base64url");
  const key = await deriveKey(password, salt, cost);
  return `scrypt:${cost}:${salt}:${key.toString("base64url")}`;
}

/** False for an account without a usable hash. */
export async function verifyPassword({
  hash,
  password,
}: {
  hash: string;
  password: string;
}): Promise<boolean> {
  const { cost, salt, key } = HASH.exec(hash)?.groups ?? {};
  if (cost === undefined || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64url");
  const derived = await deriveKey(password, salt, Number(cost));
  return derived.length === expected.length && timingSafeEqual(derived, expected);
}

/** Keyboards produce different bytes for the same letters, so they are normalised first. */
function deriveKey(password: string, salt: string, cost: PasswordCost): Promise<Buffer> {
  const N = 2 ** cost;
  const options = { N, r: BLOCK_SIZE, p: 1, maxmem: 2 * 128 * N * BLOCK_SIZE };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) => {
    if (error === null) resolve(key);
    else reject(error);
  });
  return promise;
}
