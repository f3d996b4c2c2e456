// Encrypts a push message to a browser (RFC 8291, content encoding aes128gcm of RFC 8188): the push service cannot read it.
import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from "node:crypto";

/** Keys of the subscription, in base64url. */
export type PushKeys = { p256dh: string; authSecret: string };

const RECORD_SIZE = 4096;
/** What fits into one record with its delimiter and authentication tag, below what push services accept. */
export const PLAINTEXT_BYTES_MAX = 3900;

/** @param fixed for tests: otherwise a new key pair and salt are used for each message. */
export function encryptPush(
  plaintext: Buffer,
  { p256dh, authSecret }: PushKeys,
  fixed?: { sender: ECDH; salt: Buffer },
): Buffer {
  if (plaintext.length > PLAINTEXT_BYTES_MAX) throw new RangeError("the push message is too long");
  const sender = fixed?.sender ?? newKeyPair();
  const salt = fixed?.salt ?? randomBytes(16);
  const receiverKey = Buffer.from(p256dh, "base64url");
  const senderKey = sender.getPublicKey();
  const input = hkdf(
    Buffer.from(authSecret, "base64url"),
    sender.computeSecret(receiverKey),
    Buffer.concat([Buffer.from("WebPush: info\0"), receiverKey, senderKey]),
    32,
  );
  const cipher = createCipheriv(
    "aes-128-gcm",
    hkdf(salt, input, Buffer.from("Content-Encoding: aes128gcm\0"), 16),
    hkdf(salt, input, Buffer.from("Content-Encoding: nonce\0"), 12),
  );
  // The delimiter of the last record.
  const encrypted = [cipher.update(plaintext), cipher.update(Buffer.from([2])), cipher.final()];
  const header = Buffer.alloc(5);
  header.writeUInt32BE(RECORD_SIZE);
  header.writeUInt8(senderKey.length, 4);
  return Buffer.concat([salt, header, senderKey, ...encrypted, cipher.getAuthTag()]);
}

function newKeyPair(): ECDH {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return pair;
}

function hkdf(salt: Buffer, key: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, length));
}

/** Whether a browser can have these keys: a point of the curve, and 16 bytes. */
export function arePushKeys({ p256dh, authSecret }: PushKeys): boolean {
  try {
    newKeyPair().computeSecret(Buffer.from(p256dh, "base64url"));
  } catch {
    return false;
  }
  return Buffer.from(authSecret, "base64url").length === 16;
}
