"use client";
// The error rate with all messages. It is read again whenever the event stream says that the source was read.
import { useEffect, useState } from "react";
import type { ErrorRate } from "#lib/contract/error-rate.ts";
import { call } from "../../client/api.ts";
import { useOverview } from "../../client/use-overview.tsx";

export function useErrors(rendered: ErrorRate): ErrorRate {
  const { errors } = useOverview().overview;
  const [loaded, setLoaded] = useState(rendered);
  const { asOf = null, failure = null } = errors ?? {};
  const isCurrent = asOf === loaded.asOf;

  useEffect(() => {
    if (isCurrent) return;
    const abort = new AbortController();
    call("GET /api/errors", { signal: abort.signal }).then(setLoaded, () => {
      // The page keeps what it has, with its age. The next reading is tried again.
    });
    return () => abort.abort();
  }, [asOf, isCurrent]);

  return { ...loaded, failure };
}
