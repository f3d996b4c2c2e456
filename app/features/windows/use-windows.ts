"use client";
// The list of windows: as it was rendered, and read again whenever the event stream says that a window, or a job of one, has changed.
import { useEffect, useState } from "react";
import { isTerminal } from "#lib/domain/job.ts";
import { call } from "../../client/api.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { hasOtherWindows, updateShown, type WindowList } from "./window-list.ts";

type ShownWindows = WindowList & {
  /** There are windows that are not shown yet. */
  hasOthers: boolean;
  showOthers: () => void;
};

export function useWindows(rendered: WindowList): ShownWindows {
  const { overview, connection } = useOverview();
  const [shown, setShown] = useState(rendered);
  const [current, setCurrent] = useState(rendered);
  const ended = overview.jobs
    .filter(({ windowId, state }) => windowId !== null && isTerminal(state))
    .map(({ id }) => id)
    .join();

  useEffect(() => {
    // Also when the stream opens: what changed before was not announced to this page.
    if (connection.phase !== "open") return;
    const abort = new AbortController();
    const list = async (time: "coming" | "past") =>
      (await call("GET /api/windows", { query: { time, limit: LISTED_MAX }, signal: abort.signal })).windows;
    Promise.all([list("coming"), list("past")]).then(
      ([coming, past]) => setCurrent({ coming, past }),
      // Read again after the next change, or when the connection is back.
      () => undefined,
    );
    return () => abort.abort();
  }, [overview.windowsChangedAt, ended, connection.phase]);

  return {
    ...updateShown(shown, current),
    hasOthers: hasOtherWindows(shown, current),
    showOthers: () => setShown(current),
  };
}

const LISTED_MAX = 50;
