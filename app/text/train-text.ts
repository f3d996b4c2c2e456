// Texts about the train and about jobs that move it. Pure.
import {
  ALL_WIKIS,
  START,
  stationNumber,
  STATIONS,
  STATIONS_AND_START,
  type StationOrStart,
  type TrainAction,
  type TrainPlan,
} from "#lib/domain/train.ts";

export const TRAIN_HREF = "/train";

/** "Promote to group1", "Roll back to the start". */
export function moveLabel(action: TrainAction, station: StationOrStart): string {
  const to = station === START ? "the start" : station;
  return action === "promote" ? `Promote to ${to}` : `Roll back to ${to}`;
}

/** What choosing a station does while the train is at another. */
export function actionFor(current: StationOrStart, station: StationOrStart): TrainAction {
  return stationNumber(station) > stationNumber(current) ? "promote" : "rollback";
}

export function stationLabel(station: StationOrStart): string {
  return station === START ? "Start" : station;
}

/** What a job does, from its parameters: "Promote to group1: 1.47.0-wmf.11, except plumwiki". */
export function trainSubject(parameters: Readonly<Record<string, unknown>>): string {
  const { action, group, version, excludedWikis } = parameters;
  const station = group === ALL_WIKIS ? START : STATIONS_AND_START.find((one) => one === group);
  if ((action !== "promote" && action !== "rollback") || station === undefined) return "";
  const except = typeof excludedWikis === "string" ? `, except ${excludedWikis.replaceAll(",", ", ")}` : "";
  return `${moveLabel(action, station)}: ${String(version)}${except}`;
}

/** "4 wikis", "1 wiki". */
export function wikiCount(wikis: number): string {
  return wikis === 1 ? "1 wiki" : `${wikis} wikis`;
}

/** "4 wikis from 1.47.0-wmf.10 to 1.47.0-wmf.11", a line for each pair of versions. */
export function planLines({ moves }: TrainPlan): string[] {
  return moves.map(({ from, to, wikis }) => `${wikiCount(wikis)} from ${from} to ${to}`);
}

type NewVersion = {
  version: string | null;
  stations: readonly { versions: readonly { version: string }[] }[];
};

/** scap prepares a version only when it is promoted to testwikis: a promotion that skips them fails. */
export function unpreparedText(
  { version, stations }: NewVersion,
  { action, station }: { action: TrainAction; station: StationOrStart },
): string | undefined {
  const isUsed = stations.some(({ versions }) => versions.some((one) => one.version === version));
  if (action !== "promote" || station === STATIONS[0] || isUsed) return undefined;
  return `No wiki runs ${version} yet. Promote to ${STATIONS[0]} first: scap prepares the version there.`;
}
