"use client";
import type { Lane } from "#lib/contract/lane.ts";
import { lanesAt } from "./overview-state.ts";
import { useNow } from "./use-now.tsx";
import { useOverview } from "./use-overview.tsx";

/** The lanes with the freezes that are in force now. */
export function useLanes(): readonly Lane[] {
  return lanesAt(useOverview().overview.lanes, useNow());
}
