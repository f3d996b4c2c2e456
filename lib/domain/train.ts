// The train: every wiki moves to a new version of MediaWiki in steps, one group of wikis after the other. What the worker read on
// the deployment host, where the train is, and what a promotion or a rollback moves. Pure.

/** The operation that moves the train. */
export const TRAIN = "train";

/** The groups of wikis, in the order of the train. Each is a station. */
export const STATIONS = ["testwikis", "group0", "group1", "group2"] as const;
export type Station = (typeof STATIONS)[number];

/** Before the first station: no group runs the version of the train. */
export const START = "start";
export type StationOrStart = Station | typeof START;
/** What scap calls the groups of a rollback to the start. */
export const ALL_WIKIS = "all";
export const STATIONS_AND_START = [START, ...STATIONS] as const;

export type TrainTask = {
  /** "T371234" */
  id: string;
  /** As the train blockers service names it: `open`, `resolved`. */
  status: string;
  /** The version that the task is about; null if the service did not say. */
  version: string | null;
  /** The day of the train, `2026-12-01`; null if the service did not say. */
  date: string | null;
};

/** The wikis by their database names. */
export type TrainWikis = {
  /** The version that each runs: `1.47.0-wmf.10`. */
  versions: Readonly<Record<string, string>>;
  groups: Readonly<Record<Station, readonly string[]>>;
};

export type VersionCount = { version: string; wikis: number };

/** What pages, history and API show of the train. */
export type TrainSummary = {
  /** The version that the train brings; null if no source names one. */
  version: string | null;
  /** The version that wikis run before it, and after a rollback; null if there is none on the deployment host. */
  oldVersion: string | null;
  /** The last group whose only version is that of the train. */
  station: StationOrStart;
  task: TrainTask | null;
  stations: { name: Station; versions: VersionCount[] }[];
  /** All wikis, also those in no group. */
  wikis: number;
  warnings: string[];
};

export type TrainState = { summary: TrainSummary; wikis: TrainWikis };

export type TrainFacts = Pick<TrainSummary, "version" | "oldVersion" | "task" | "warnings"> & {
  wikis: TrainWikis;
};

export function trainState({ wikis, ...facts }: TrainFacts): TrainState {
  const stations = STATIONS.map((name) => ({ name, versions: versionsOf(wikis, wikis.groups[name]) }));
  const station =
    stations.findLast(({ versions }) => versions.length === 1 && versions[0]?.version === facts.version)
      ?.name ?? START;
  return {
    summary: { ...facts, station, stations, wikis: Object.keys(wikis.versions).length },
    wikis,
  };
}

/** How many of these wikis run each version, the newest version first. */
export function versionsOf({ versions }: TrainWikis, names: Iterable<string>): VersionCount[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const version = versions[name];
    if (version !== undefined) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts]
    .map(([version, wikis]) => ({ version, wikis }))
    .toSorted((a, b) => compareVersions(b.version, a.version));
}

export const TRAIN_ACTIONS = ["promote", "rollback"] as const;
export type TrainAction = (typeof TRAIN_ACTIONS)[number];

export type TrainMove = {
  action: TrainAction;
  station: StationOrStart;
  /** Wikis that keep their version. Only for a promotion. */
  excludedWikis: readonly string[];
};

export type TrainPlan = {
  /** The wikis that change their version. */
  wikis: number;
  /** The same, by their version before and after, the largest number first. */
  moves: { from: string; to: string; wikis: number }[];
};

export type TrainRefusal = { field: "station" | "excludedWikis" | "version"; detail: string };

/** What the move changes, or why it is refused. */
export function planMove(state: TrainState, move: TrainMove): TrainPlan | TrainRefusal {
  const { version, oldVersion } = state.summary;
  if (version === null || oldVersion === null) {
    return {
      field: "version",
      detail: `The ${version === null ? "version of the train" : "old version"} is unknown.`,
    };
  }
  const refusal = directionRefusal(state.summary, move) ?? exclusionRefusal(state, version, move);
  if (refusal !== undefined) return refusal;
  const excluded = new Set(move.excludedWikis);
  const promoted = new Set(wikisUpTo(state.wikis, move.station));
  const counts = new Map<string, number>();
  for (const [name, from] of Object.entries(state.wikis.versions)) {
    const to = promoted.has(name) ? version : oldVersion;
    if (from === to || excluded.has(name)) continue;
    const key = `${from} ${to}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const moves = [...counts]
    .map(([key, wikis]) => {
      const [from = "", to = ""] = key.split(" ");
      return { from, to, wikis };
    })
    .toSorted((a, b) => b.wikis - a.wikis);
  if (moves.length === 0) return { field: "station", detail: "No wiki would change its version." };
  return { wikis: moves.reduce((sum, { wikis }) => sum + wikis, 0), moves };
}

export function isRefusal(plan: TrainPlan | TrainRefusal): plan is TrainRefusal {
  return "field" in plan;
}

/** The wikis of the groups up to and including this station. */
export function wikisUpTo({ groups }: TrainWikis, station: StationOrStart): string[] {
  return STATIONS.slice(0, stationNumber(station)).flatMap((name) => groups[name]);
}

/** 0 for the start. */
export function stationNumber(station: StationOrStart): number {
  return STATIONS_AND_START.indexOf(station);
}

function directionRefusal(
  { station: current }: TrainSummary,
  { action, station }: TrainMove,
): TrainRefusal | undefined {
  const distance = stationNumber(station) - stationNumber(current);
  if (action === "promote" && distance <= 0) {
    return { field: "station", detail: `The train is at ${current}: a promotion goes to a later station.` };
  }
  // To the same station is a rollback too: a promotion that excluded wikis, or that failed, left it where it was.
  if (action === "rollback" && distance > 0) {
    return {
      field: "station",
      detail: `The train is at ${current}: a rollback does not go to a later station.`,
    };
  }
  return undefined;
}

/** A misspelled name would move the wiki that it was meant to keep. */
function exclusionRefusal(
  { wikis }: TrainState,
  version: string,
  { action, station, excludedWikis }: TrainMove,
): TrainRefusal | undefined {
  if (excludedWikis.length === 0) return undefined;
  if (action === "rollback") {
    return { field: "excludedWikis", detail: "A rollback moves all wikis." };
  }
  const promoted = new Set(wikisUpTo(wikis, station));
  const unknown = excludedWikis.filter((name) => !promoted.has(name));
  if (unknown.length > 0) {
    return {
      field: "excludedWikis",
      detail: `${unknown.join(", ")}: not in the groups up to ${station}.`,
    };
  }
  const promotedBefore = excludedWikis.filter((name) => wikis.versions[name] === version);
  if (promotedBefore.length > 0) {
    return {
      field: "excludedWikis",
      detail: `${promotedBefore.join(", ")}: already on ${version}.`,
    };
  }
  return undefined;
}

/** A version of MediaWiki: `1.46.0-wmf.12`. */
export const VERSION_PATTERN = /^\d{1,3}\.\d{1,3}\.\d{1,3}-wmf\.\d{1,3}$/;
/** The database name of a wiki: `be_x_oldwiki`. */
export const WIKI_PATTERN = /^[a-z][a-z0-9_]{0,63}$/;

/** Negative if `a` is older. Names that are no version of a train come first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? -1;
    if (number !== other) return number - other;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

function numbersOf(version: string): number[] {
  return VERSION_PATTERN.test(version) ? [...version.matchAll(/\d+/g)].map(([digits]) => Number(digits)) : [];
}

/** The newest of these that is a version of a train. */
export function newestVersion(versions: Iterable<string>): string | undefined {
  return [...versions]
    .filter((one) => VERSION_PATTERN.test(one))
    .toSorted(compareVersions)
    .at(-1);
}
