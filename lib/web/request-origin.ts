// Where a request came from, for the audit.
import { randomUUID } from "node:crypto";
import type { Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";

export const REQUEST_ID_HEADER = "x-request-id";

/** An id that the proxy gave the request is kept, so that our logs, the audit and the log of the proxy can be compared. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** @returns undefined if it is not a usable id. */
export function requestIdOf(given: string | null): string | undefined {
  return given !== null && REQUEST_ID.test(given) ? given : undefined;
}

/** @param user who was authenticated: a header alone is only a claim. Undefined before the sign-in. */
export function originOf({ headers }: Request, user?: User): Origin {
  return {
    channel: user?.scope === undefined ? "session" : "token",
    address: addressOf(headers),
    userAgent: headers.get("user-agent") ?? undefined,
    requestId: requestIdOf(headers.get(REQUEST_ID_HEADER)) ?? randomUUID(),
  };
}

/** Set by the web process (web/admission.ts), whatever the client sent. */
function addressOf(headers: Headers): string | undefined {
  return headers.get("x-forwarded-for") ?? undefined;
}
