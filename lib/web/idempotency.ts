import { AppError } from "../errors.ts";

const KEY_PATTERN = /^[\x21-\x7e]{1,200}$/;

/** The request's Idempotency-Key, or null. @throws AppError invalid_request when its format is invalid. */
export function idempotencyKeyOf(request: Request): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (!KEY_PATTERN.test(key)) {
    throw new AppError("invalid_request", {
      detail: "Idempotency-Key must be 1 to 200 printable ASCII characters without spaces.",
    });
  }
  return key;
}
