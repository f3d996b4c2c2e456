// What a person has entered to move the train, its effect on the current state, and the request. Pure.
import type { Train } from "#lib/contract/train.ts";
import {
  ALL_WIKIS,
  isRefusal,
  planMove,
  START,
  type StationOrStart,
  type TrainAction,
  type TrainPlan,
} from "#lib/domain/train.ts";
import { actionFor } from "../../text/train-text.ts";

export type TrainDraft = {
  station: StationOrStart | undefined;
  /** As it was entered. */
  excluded: string;
  pauses: boolean;
};

export const EMPTY_DRAFT: TrainDraft = { station: undefined, excluded: "", pauses: true };

export type DraftedMove = {
  action: TrainAction;
  station: StationOrStart;
  excludedWikis: string[];
  pauses: boolean;
  plan: TrainPlan;
  /** The parameters of the operation. */
  values: Record<string, unknown>;
};

/** The move, or why it is not possible; undefined if no station is selected. */
export function moveOf(train: Train, draft: TrainDraft): DraftedMove | { problem: string } | undefined {
  const { station, pauses } = draft;
  if (station === undefined) return undefined;
  const action = actionFor(train.station, station);
  const excludedWikis = action === "promote" ? wikiNames(draft.excluded) : [];
  const { versions, groups, ...summary } = train;
  const plan = planMove({ summary, wikis: { versions, groups } }, { action, station, excludedWikis });
  if (isRefusal(plan)) return { problem: plan.detail };
  return {
    action,
    station,
    excludedWikis,
    pauses,
    plan,
    values: {
      action,
      group: station === START ? ALL_WIKIS : station,
      version: station === START ? train.oldVersion : train.version,
      oldVersion: train.oldVersion,
      ...(excludedWikis.length === 0 ? {} : { excludedWikis: excludedWikis.join(",") }),
      pause: pauses,
      state: String(train.id),
    },
  };
}

/** Separated by spaces or commas. */
export function wikiNames(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => name !== ""))];
}
