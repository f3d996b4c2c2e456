// Where a request came from, for the audit.
import { randomUUID } from "node:crypto";
import type { Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";

/** An id that the proxy gave the request is kept, so that the audit and the log of the proxy can be compared. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** @param user who was authenticated: a header alone is only a claim. Undefined before the sign-in. */
export function originOf({ headers }: Request, user?: User): Origin {
  const given = headers.get("x-request-id");
  return {
    channel: user?.scope === undefined ? "session" : "token",
    address: addressOf(headers),
    userAgent: headers.get("user-agent") ?? undefined,
    requestId: given !== null && REQUEST_ID.test(given) ? given : randomUUID(),
  };
}

/** Set by the web process (web/admission.ts), whatever the client sent. */
function addressOf(headers: Headers): string | undefined {
  return headers.get("x-forwarded-for") ?? undefined;
}
