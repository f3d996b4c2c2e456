// Limits the body of a request, whatever its Content-Length says and whichever code reads it.
import { AppError } from "../errors.ts";

/** Bodies are a few short fields; more is a mistake or an attack. */
export const BODY_BYTES_MAX = 64 * 1024;

/** The same request. Reading its body fails at the limit with AppError request_too_large, also in a library. */
export function withLimitedBody(request: Request): Request {
  if (request.body === null) return request;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      bytes += part.length;
      if (bytes > BODY_BYTES_MAX) controller.error(bodyTooLarge());
      else controller.enqueue(part);
    },
  });
  const body = request.body.pipeThrough(limit);
  return new Request(request, { body, duplex: "half" } as RequestInit);
}

/** @throws AppError invalid_request. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError("invalid_request", { detail: "The body is not valid JSON.", cause });
  }
}

export function bodyTooLarge(): AppError {
  return new AppError("request_too_large", {
    detail: `The limit is ${BODY_BYTES_MAX / 1024} KiB. Nothing was changed.`,
  });
}
