// How many event streams one caller may have open in this process. The pages of a browser share one; a script that
// opens hundreds would cost everybody else, so beyond the limit it is refused before the database is asked who it is.
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

/** Tells callers apart before it is known who they are. Undefined without credentials: such a request is refused anyway. */
export function credentialOf(headers: Headers): string | undefined {
  const cookie = headers.get("cookie");
  // The session's own cookie: others may be added to make one caller look like many.
  const session = cookie === null ? undefined : /spiderpig\.session_token=([^;]*)/.exec(cookie)?.[1];
  const credential = headers.get("authorization") ?? session ?? cookie;
  if (credential === null) return undefined;
  // Hashed, so that no secret stays in memory longer than its request.
  return `credential ${createHash("sha256").update(credential).digest("base64")}`;
}
