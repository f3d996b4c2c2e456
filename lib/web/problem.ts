// A refusal as an RFC 9457 problem document. Every error response is formatted here.
import { type AppError, problemOf } from "../errors.ts";

export type ProblemDocument = { status: number; headers: Record<string, string>; body: string };

/** @param headers in addition to those of every problem document. */
export function problemDocument(refusal: AppError, headers: Record<string, string> = {}): ProblemDocument {
  const { status, title } = problemOf(refusal.code);
  const body = {
    type: `urn:spiderpig:problem:${refusal.code}`,
    title,
    status,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    code: refusal.code,
    ...refusal.extra,
  };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 503 ? { "retry-after": "1" } : {}),
      ...(status === 429 ? { "retry-after": "10" } : {}),
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

export function refusalResponse(refusal: AppError, headers?: Record<string, string>): Response {
  const document = problemDocument(refusal, headers);
  return new Response(document.body, { status: document.status, headers: document.headers });
}
