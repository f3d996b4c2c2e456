// Encrypts a secret answer between the request and the worker that types it. It is sealed to a key that exists only in the memory of
// that worker, so no other process can decrypt what passes through the database (in a notification, never in a row), and none at all
// after the worker has ended. It is bound to its question: anyone who can connect to the database can send a notification, and a
// copy must not be typed as the answer to another one.
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** DER of an X25519 public key: a fixed head, then the 32 bytes of the key. */
const SPKI_HEAD = Buffer.from("302a300506032b656e032100", "hex");
const PURPOSE = "spiderpig secret answer";

export type SecretQuestion = { jobId: number; interactionId: number };

export type SecretKeys = {
  /** Base64. */
  publicKey: string;
  /** @returns undefined when it was not sealed to these keys for this question, or was changed. */
  open(sealed: string, question: SecretQuestion): string | undefined;
};

export function createSecretKeys(): SecretKeys {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return {
    publicKey: rawOf(publicKey).toString("base64"),
    open: (sealed, question) =>
      open(privateKey, rawOf(publicKey), Buffer.from(sealed, "base64"), boundTo(question)),
  };
}

/** @param publicKey of the worker, base64. @returns base64. */
export function seal(publicKey: string, secret: string, question: SecretQuestion): string {
  const receiver = Buffer.from(publicKey, "base64");
  const ephemeral = generateKeyPairSync("x25519");
  const sender = rawOf(ephemeral.publicKey);
  const key = keyBetween(ephemeral.privateKey, receiver, sender, receiver);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(boundTo(question));
  const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([sender, nonce, cipher.getAuthTag(), body]).toString("base64");
}

function open(privateKey: KeyObject, receiver: Buffer, sealed: Buffer, question: Buffer): string | undefined {
  if (sealed.length < KEY_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
  const sender = sealed.subarray(0, KEY_BYTES);
  const nonce = sealed.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
  const tag = sealed.subarray(KEY_BYTES + NONCE_BYTES, KEY_BYTES + NONCE_BYTES + TAG_BYTES);
  const body = sealed.subarray(KEY_BYTES + NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, keyBetween(privateKey, sender, sender, receiver), nonce);
    decipher.setAAD(question).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    // Sealed to other keys, or modified: there is nothing to type.
    return undefined;
  }
}

function boundTo({ jobId, interactionId }: SecretQuestion): Buffer {
  return Buffer.from(`job ${jobId}, interaction ${interactionId}`);
}

function keyBetween(privateKey: KeyObject, other: Buffer, sender: Buffer, receiver: Buffer): Buffer {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, other]), format: "der", type: "spki" });
  const shared = diffieHellman({ privateKey, publicKey });
  return Buffer.from(hkdfSync("sha256", shared, Buffer.concat([sender, receiver]), PURPOSE, KEY_BYTES));
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);
}
