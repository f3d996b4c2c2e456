"use client";
// The jobs for which this browser shows desktop notifications.
import { useMemo } from "react";
import { useLocalStorage } from "../../ui/use-local-storage.ts";

/** The oldest are dropped; they ended long ago. */
const WATCHED_MAX = 20;

export type WatchedJobs = {
  watched: readonly number[];
  watch: (jobId: number) => void;
  unwatch: (jobId: number) => void;
};

export function useWatchedJobs(): WatchedJobs {
  const [stored, store] = useLocalStorage("spiderpig.watched-jobs");
  return useMemo(() => {
    const watched = (stored ?? "")
      .split(",")
      .map(Number)
      .filter((id) => Number.isInteger(id) && id > 0);
    const save = (ids: readonly number[]) => store(ids.slice(-WATCHED_MAX).join(","));
    return {
      watched,
      watch: (jobId) => save([...watched.filter((id) => id !== jobId), jobId]),
      unwatch: (jobId) => save(watched.filter((id) => id !== jobId)),
    };
  }, [stored, store]);
}
