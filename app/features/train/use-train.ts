"use client";
// The current state of the train: as it was rendered, and read again when the event stream says that there is another.
import { useEffect, useState } from "react";
import type { Train } from "#lib/contract/train.ts";
import { call } from "../../client/api.ts";
import { useOverview } from "../../client/use-overview.tsx";

export type ShownTrain = {
  train: Train;
  /** When the deployment host last reported, if it is not responding. */
  staleSince: string | null;
  /** A newer state is being read. */
  isLoading: boolean;
};

export function useTrain(rendered: Train | undefined): ShownTrain | undefined {
  const { overview, connection } = useOverview();
  const { train: reading } = overview;
  const [loaded, setLoaded] = useState<Train>();
  const train = loaded ?? rendered;
  const currentId = reading?.id;
  const isLoading = currentId !== undefined && currentId !== train?.id;

  useEffect(() => {
    if (!isLoading) return;
    const aborted = new AbortController();
    void call("GET /api/train", { signal: aborted.signal })
      .then(({ train: found }) => setLoaded(found ?? undefined))
      // Read again when the connection is back.
      .catch(() => undefined);
    return () => aborted.abort();
  }, [isLoading, currentId, connection.phase]);

  return train && { train, staleSince: reading?.staleSince ?? null, isLoading };
}
