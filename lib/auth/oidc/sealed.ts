// Encrypts what only this program may read: what a sign-in remembers in the browser, and tokens of the provider in the
// database. The key is SESSION_SECRET.
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import type { z } from "zod";

export function seal(secret: string, value: unknown): Promise<string> {
  return symmetricEncrypt({ key: secret, data: JSON.stringify(value) });
}

/** Undefined for text that was not sealed with this secret, or has another form. */
export async function open<T>(secret: string, schema: z.ZodType<T>, sealed: string): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await symmetricDecrypt({ key: secret, data: sealed })));
  } catch {
    return undefined;
  }
}
