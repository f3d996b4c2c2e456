// Limits the event streams that one caller has open in this process. The pages of a browser share one. A script that opens
// hundreds would slow down others, so a stream beyond the limit is refused before authentication.
import { createHash } from "node:crypto";

export type StreamLimit = {
  readonly max: number;
  /** Reserves one stream. @returns a function that releases it (idempotent), or undefined when the limit is reached. */
  reserve(caller: string): (() => void) | undefined;
};

export function createStreamLimit(max: number): StreamLimit {
  const counts = new Map<string, number>();
  return {
    max,
    reserve(caller) {
      const count = counts.get(caller) ?? 0;
      if (count >= max) return undefined;
      counts.set(caller, count + 1);
      let isReserved = true;
      return () => {
        if (!isReserved) return;
        isReserved = false;
        const left = (counts.get(caller) ?? 0) - 1;
        if (left > 0) counts.set(caller, left);
        else counts.delete(caller);
      };
    },
  };
}

/** Identifies the caller before authentication. Undefined without credentials: such a request is refused anyway. */
export function credentialOf(headers: {
  authorization?: string | undefined;
  cookie?: string | undefined;
}): string | undefined {
  const { authorization, cookie } = headers;
  // Only the session cookie: with other cookies one caller could look like many.
  const session = cookie === undefined ? undefined : /spiderpig\.session_token=([^;]*)/.exec(cookie)?.[1];
  const credential = authorization ?? session ?? cookie;
  if (credential === undefined) return undefined;
  // Hashed, so that no secret stays in memory longer than its request.
  return `credential ${createHash("sha256").update(credential).digest("base64")}`;
}
