// Reads what the deployment host and its services say about the train: wikiversions.json, dblists, version directories, the train
// blockers service and the branches of Gerrit. What is missing or malformed becomes a warning, never an error. Pure.
import {
  compareVersions,
  newestVersion,
  STATIONS,
  type Station,
  trainState,
  type TrainState,
  type TrainTask,
  VERSION_PATTERN,
  WIKI_PATTERN,
} from "./train.ts";

const VERSION_DIRECTORY = "php-";
/** Names that a warning lists. */
const NAMES_MAX = 5;

/** The versions of the wikis by their database names. Undefined if it is not such a file. */
export function parseWikiversions(text: string): Record<string, string> | undefined {
  const document = parseJson(text);
  if (typeof document !== "object" || document === null || Array.isArray(document)) return undefined;
  const versions: Record<string, string> = {};
  for (const [wiki, directory] of Object.entries(document)) {
    if (!WIKI_PATTERN.test(wiki) || typeof directory !== "string") continue;
    versions[wiki] = directory.startsWith(VERSION_DIRECTORY)
      ? directory.slice(VERSION_DIRECTORY.length)
      : directory;
  }
  return versions;
}

/** The versions of which there is a directory `php-<version>`. */
export function versionsOnDisk(directories: readonly string[]): string[] {
  return directories
    .filter((name) => name.startsWith(VERSION_DIRECTORY))
    .map((name) => name.slice(VERSION_DIRECTORY.length))
    .filter((version) => VERSION_PATTERN.test(version))
    .toSorted(compareVersions);
}

/** The names of branches of Gerrit, of which those of a train are called `wmf/<version>`. */
export function versionsOfBranches(refs: readonly string[]): string[] {
  return refs.map((ref) => ref.replace(/^refs\/heads\//, "").replace(/^wmf\//, ""));
}

export type Dblist = { wikis: string[]; missing: string[] };

/** Lists within lists. A site has two levels; a longer chain is a mistake. */
const DEPTH_MAX = 8;

/**
 * The wikis of a dblist: one name a line, or an expression over other lists (`%% all - group0`), from left to right, with `+`, `-`
 * and `&`. `missing` has the lists that do not exist or refer to themselves.
 * @param read the content of `dblists/<name>.dblist`; undefined if there is none.
 */
export async function expandDblist(
  name: string,
  read: (name: string) => Promise<string | undefined>,
  parents: readonly string[] = [],
): Promise<Dblist> {
  const text = parents.includes(name) || parents.length > DEPTH_MAX ? undefined : await read(name);
  if (text === undefined) return { wikis: [], missing: [name] };
  const lines = text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  const [first = ""] = lines;
  if (!first.startsWith("%%")) {
    return { wikis: unique(lines.filter((line) => WIKI_PATTERN.test(line))), missing: [] };
  }
  const [start = "", ...rest] = first.replace(/^[%\s]+/, "").split(/\s+([-+&])\s+/);
  const expand = (term: string) => expandDblist(listName(term), read, [...parents, name]);
  let { wikis, missing } = await expand(start);
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const term = await expand(rest[index + 1] ?? "");
    missing = [...missing, ...term.missing];
    wikis = combine(wikis, rest[index] ?? "", term.wikis);
  }
  return { wikis: unique(wikis), missing: unique(missing) };
}

/** Terms may be paths, with or without the ending. */
function listName(term: string): string {
  return (term.split("/").at(-1) ?? "").replace(/\.dblist$/, "");
}

function combine(left: readonly string[], operator: string, right: readonly string[]): string[] {
  const others = new Set(right);
  if (operator === "+") return [...left, ...right];
  return left.filter((wiki) => others.has(wiki) === (operator === "&"));
}

/** Of the current week. Undefined if the response is in another form. */
export function parseTask(text: string): TrainTask | undefined {
  const document = parseJson(text);
  const current = isRecord(document) && isRecord(document["current"]) ? document["current"] : document;
  if (!isRecord(current)) return undefined;
  const { task, status, version, date } = current;
  if (typeof task !== "string" || !/^T\d{1,9}$/.test(task) || typeof status !== "string") return undefined;
  return {
    id: task,
    status: status.slice(0, 40),
    version: typeof version === "string" && VERSION_PATTERN.test(version) ? version : null,
    date: typeof date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null,
  };
}

/** What one reading of the deployment host found. `problem`: why a source could not be read; absent for one that is not used. */
export type TrainSources = {
  /** The name of the file that was read, for warnings. */
  wikiversionsFile: string;
  /** Undefined if the file is missing. */
  wikiversions: string | undefined;
  /** Names of directories in the staging directory. */
  directories: readonly string[];
  dblists: Readonly<Record<Station, Dblist>>;
  /** Undefined without TRAIN_BLOCKERS_URL. */
  task: { text: string } | { problem: string } | undefined;
  branches: readonly string[] | { problem: string };
  nowMs: number;
};

export function trainStateOf(sources: TrainSources): TrainState {
  const { directories, dblists, nowMs } = sources;
  const warnings: string[] = [];
  const versions = wikiversionsOf(sources, warnings);
  const task = taskOf(sources, warnings);
  const onDisk = versionsOnDisk(directories);
  const version = trainVersion(sources, task, onDisk, warnings);
  const oldVersion = newestVersion(onDisk.filter((one) => one !== version)) ?? null;
  const groups = groupsOf(dblists, versions, warnings);
  if (oldVersion === null && version !== null) {
    warnings.push(`The deployment host has no version but ${version}: the train cannot be moved.`);
  }
  if (task !== null) warnings.push(...taskWarnings(task, version, nowMs));
  return trainState({ version, oldVersion, task, warnings, wikis: { versions, groups } });
}

function wikiversionsOf(
  { wikiversions: text, wikiversionsFile }: TrainSources,
  warnings: string[],
): Record<string, string> {
  const versions = text === undefined ? undefined : parseWikiversions(text);
  if (versions !== undefined) return versions;
  warnings.push(
    text === undefined
      ? `${wikiversionsFile} is missing in the staging directory.`
      : `${wikiversionsFile} does not have the versions of wikis.`,
  );
  return {};
}

function taskOf({ task }: TrainSources, warnings: string[]): TrainTask | null {
  if (task === undefined) return null;
  const problem = "problem" in task ? task.problem : "it sent no task";
  const parsed = "text" in task ? parseTask(task.text) : undefined;
  if (parsed !== undefined) return parsed;
  warnings.push(`The train blockers service is unavailable (${problem}). scap will ask for the task.`);
  return null;
}

function trainVersion(
  { branches }: TrainSources,
  task: TrainTask | null,
  onDisk: readonly string[],
  warnings: string[],
): string | null {
  const newest = "problem" in branches ? undefined : newestVersion(versionsOfBranches(branches));
  if (newest !== undefined) return newest;
  const known = task?.version ?? newestVersion(onDisk);
  const why =
    "problem" in branches ? `Gerrit is unavailable (${branches.problem})` : "Gerrit has no branch of a train";
  const source = task?.version == null ? "the newest on the deployment host" : `that of task ${task.id}`;
  warnings.push(known === undefined ? `${why}.` : `${why}. The version shown is ${source}.`);
  return known ?? null;
}

function groupsOf(
  dblists: TrainSources["dblists"],
  versions: Readonly<Record<string, string>>,
  warnings: string[],
): Record<Station, readonly string[]> {
  const missing = unique(STATIONS.flatMap((name) => dblists[name].missing));
  if (missing.length > 0) warnings.push(`Missing or circular dblists: ${listed(missing)}.`);
  const groups = {} as Record<Station, readonly string[]>;
  for (const name of STATIONS) {
    const { wikis } = dblists[name];
    const known = wikis.filter((wiki) => Object.hasOwn(versions, wiki));
    const unknown = wikis.filter((wiki) => !Object.hasOwn(versions, wiki));
    if (unknown.length > 0 && known.length > 0) {
      warnings.push(`Wikis of ${name} without a version: ${listed(unknown)}.`);
    }
    groups[name] = known.toSorted();
  }
  return groups;
}

const CLOSED = new Set(["resolved", "declined", "invalid", "duplicate", "closed"]);
/** The branch of the week is cut in the night before. */
const BRANCH_CUT_HOUR_UTC = 3;

function taskWarnings(task: TrainTask, version: string | null, nowMs: number): string[] {
  const found: string[] = [];
  if (CLOSED.has(task.status)) found.push(`Task ${task.id} is closed (${task.status}).`);
  const dueMs =
    task.date === null ? undefined : Date.parse(`${task.date}T00:00:00Z`) + BRANCH_CUT_HOUR_UTC * 3_600_000;
  const isDue = dueMs !== undefined && nowMs >= dueMs;
  if (isDue && task.version !== null && version !== null && task.version !== version) {
    found.push(`The version of the train is ${version}, but task ${task.id} is about ${task.version}.`);
  }
  return found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return more > 0 ? `${names.slice(0, NAMES_MAX).join(", ")} and ${more} more` : names.join(", ");
}
