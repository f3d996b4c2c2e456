// Reads the state of the train from the staging directory of the deployment host and from its services. What is missing becomes a
// warning of the state.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expandDblist, type TrainSources, trainStateOf } from "#lib/domain/train-files.ts";
import { STATIONS, type TrainState } from "#lib/domain/train.ts";
import type { TrainServices } from "./services.ts";

const FILE_BYTES_MAX = 8 * 1024 * 1024;

export type TrainPlace = { stagingDirectory: string; realm: string | undefined };

export async function readTrain(place: TrainPlace, services: TrainServices): Promise<TrainState> {
  const { stagingDirectory } = place;
  const readList = (name: string) => readText(join(stagingDirectory, "dblists", `${name}.dblist`));
  const [ofServices, wikiversions, directories, lists] = await Promise.all([
    services.read(),
    readWikiversions(place),
    listNames(stagingDirectory),
    Promise.all(STATIONS.map((name) => expandDblist(name, readList))),
  ]);
  return trainStateOf({
    ...ofServices,
    ...wikiversions,
    directories,
    dblists: Object.fromEntries(
      STATIONS.map((name, index) => [name, lists[index]]),
    ) as TrainSources["dblists"],
    nowMs: Date.now(),
  });
}

/** The file of the realm, if there is one. */
async function readWikiversions({
  stagingDirectory,
  realm,
}: TrainPlace): Promise<Pick<TrainSources, "wikiversions" | "wikiversionsFile">> {
  const common = "wikiversions.json";
  const ofRealm = realm === undefined ? common : `wikiversions-${realm}.json`;
  for (const name of new Set([ofRealm, common])) {
    const text = await readText(join(stagingDirectory, name));
    if (text !== undefined) return { wikiversions: text, wikiversionsFile: name };
  }
  return { wikiversions: undefined, wikiversionsFile: ofRealm };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    return size > FILE_BYTES_MAX ? undefined : await readFile(path, "utf8");
  } catch {
    // Missing, or not readable for the worker: the state says so.
    return undefined;
  }
}

async function listNames(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
