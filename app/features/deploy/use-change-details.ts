"use client";
// What is known about each selected change, read once when it is selected and again when a job with it changes its state. The
// previous facts stay until the new ones arrive, so that nothing flickers.
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { ChangeDetails, FoundChange } from "#lib/contract/change.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { NOTHING_KNOWN } from "#lib/contract/unknown-change.ts";
import { call, problemOf } from "../../client/api.ts";
import { limitLookups } from "./lookup-limit.ts";

/** By `changeReference`; absent until the first ones have arrived. */
export type DetailsByChange = ReadonlyMap<string, ChangeDetails>;

type Details = { details: DetailsByChange; refresh: () => void };

export function useChangeDetails(changes: readonly FoundChange[], jobs: readonly JobSummary[]): Details {
  const [details, setDetails] = useState<DetailsByChange>(new Map());
  const [refreshes, setRefreshes] = useState(0);
  const read = useRef(new Map<string, string>());
  const readOne = useEffectEvent(async (key: string, version: string) => {
    const change = changes.find((one) => changeReference(one) === key);
    if (change === undefined) return;
    const known = await readDetails(change);
    // A later read may have been faster.
    if (read.current.get(key) === version) setDetails((before) => new Map(before).set(key, known));
  });
  const wanted = changes
    .map((change) => `${changeReference(change)} ${refreshes} ${versionOf(change, jobs)}`)
    .join("\n");

  useEffect(() => {
    for (const line of wanted.split("\n")) {
      const [key = ""] = line.split(" ", 1);
      const version = line.slice(key.length);
      if (key === "" || read.current.get(key) === version) continue;
      read.current.set(key, version);
      void readOne(key, version);
    }
  }, [wanted]);

  return { details, refresh: () => setRefreshes((before) => before + 1) };
}

/** Changes with the state of each open job that contains the change. */
function versionOf({ number }: FoundChange, jobs: readonly JobSummary[]): string {
  return jobs
    .filter(({ changes }) => changes.some((one) => one.number === number))
    .map(({ id, state }) => `${id}${state}`)
    .join(" ");
}

/** Never rejects: a failed request is a change about which nothing is known. */
async function readDetails({ number, project }: FoundChange): Promise<ChangeDetails> {
  try {
    return await limitLookups(() =>
      call("GET /api/changes/{number}", { params: { number }, query: { project } }),
    );
  } catch (error) {
    const { code, title } = problemOf(error);
    return { ...NOTHING_KNOWN, jobs: [], unknown: [{ fact: "change", code, reason: title }] };
  }
}
