// Reads the body of a request up to a size limit, whatever its Content-Length says.
import { AppError } from "../errors.ts";

/** Bodies are a few short fields; more is a mistake or an attack. */
export const BODY_BYTES_MAX = 64 * 1024;

/** @throws AppError request_too_large. */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of request.body) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** @throws AppError request_too_large, invalid_request. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError("invalid_request", { detail: "The body is not valid JSON.", cause });
  }
}

function tooLarge(): AppError {
  return new AppError("request_too_large", {
    detail: `The limit is ${BODY_BYTES_MAX / 1024} KiB. Nothing was changed.`,
  });
}
