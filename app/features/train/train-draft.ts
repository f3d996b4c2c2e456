// What a person has entered to move the train, its effect on the current state, and the request. Pure.
import type { Train } from "#lib/contract/train.ts";
import {
  ALL_WIKIS,
  isRefusal,
  planMove,
  START,
  STATIONS,
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

const SUGGESTIONS_MAX = 20;

/**
 * Completions of the name that is being entered: wikis that the promotion would move and that are not excluded yet. Each is the whole
 * text of the field, because a browser replaces all of it.
 */
export function excludedSuggestions(train: Train, { station, excluded }: TrainDraft): string[] {
  if (station === undefined || station === START) return [];
  const [before = "", word = ""] = /^(.*[\s,])?([^\s,]*)$/.exec(excluded)?.slice(1) ?? [];
  const chosen = new Set(wikiNames(before));
  const groups = STATIONS.slice(0, STATIONS.indexOf(station) + 1).flatMap((name) => train.groups[name]);
  return [...new Set(groups)]
    .filter((wiki) => wiki.startsWith(word) && !chosen.has(wiki) && train.versions[wiki] !== train.version)
    .toSorted()
    .slice(0, SUGGESTIONS_MAX)
    .map((wiki) => before + wiki);
}
