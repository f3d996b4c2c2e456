// What Gerrit knows about one change: message, files, votes, mergeability and dependencies. Each request may fail for itself;
// the rest is still known. Deploying never depends on any of it.
import { z } from "zod";
import { isReferenceTo } from "../domain/change-reference.ts";
import { AppError, problemOf } from "../errors.ts";
import type { Log } from "../log.ts";
import {
  type ChangedFile,
  type ChangeDetails,
  type UnknownFact,
  type UnknownFactName,
} from "../contract/change.ts";
import { NOTHING_KNOWN } from "../contract/unknown-change.ts";
import {
  type DetailedChangeInfo,
  detailedChangeInfo,
  messageOf,
  nameOf,
  toFoundChange,
} from "./change-info.ts";
import { readDependencies } from "./dependencies.ts";
import { getFromGerrit } from "./get.ts";
import { recentReads } from "./recent.ts";
import { searchUrl } from "./search-url.ts";

export type GerritDetails = Omit<ChangeDetails, "jobs"> & {
  /** Gerrit answered and has no such change, or several projects have one. */
  isMissing: boolean;
  /** The projects that have a change of this number. */
  projects: string[];
};

const OPTIONS = [
  "CURRENT_REVISION",
  "CURRENT_COMMIT",
  "CURRENT_FILES",
  "DETAILED_LABELS",
  "DETAILED_ACCOUNTS",
];
const MAX_AGE_MS = 15_000;
const CONCURRENT = 6;
const PROJECTS_PER_NUMBER_MAX = 5;
const FILES_MAX = 500;

type Wanted = { number: number; project?: string | undefined };

export function createDetailsReader(
  baseUrl: string,
  log: Log | undefined,
): (wanted: Wanted) => Promise<GerritDetails> {
  return recentReads((wanted: Wanted) => readDetails(baseUrl, log, wanted), keyOf, {
    maxAgeMs: MAX_AGE_MS,
    concurrent: CONCURRENT,
    isReusable: ({ unknown, isMissing }) => unknown.length === 0 && !isMissing,
  });
}

function keyOf({ number, project = "" }: Wanted): string {
  return `${project}~${number}`;
}

async function readDetails(baseUrl: string, log: Log | undefined, wanted: Wanted): Promise<GerritDetails> {
  const unknown: UnknownFact[] = [];
  /** The result, or undefined when Gerrit failed. */
  const attempt = async <T>(fact: UnknownFactName, request: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      unknown.push({ fact, code: error.code, reason: problemOf(error.code).title });
      return undefined;
    }
  };
  const url = searchUrl(baseUrl, `change:${wanted.number}`, PROJECTS_PER_NUMBER_MAX, OPTIONS);
  const found = await attempt("change", () => getFromGerrit(url, z.array(detailedChangeInfo), log));
  const matching = (found ?? []).filter((info) =>
    isReferenceTo(
      { number: wanted.number, ...(wanted.project === undefined ? {} : { project: wanted.project }) },
      { number: info._number, project: info.project },
    ),
  );
  const [info] = matching;
  const base = {
    ...NOTHING_KNOWN,
    isMissing: false,
    unknown,
    projects: (found ?? []).map(({ project }) => project),
  };
  if (found === undefined) return base;
  if (info === undefined || matching.length > 1) return { ...base, isMissing: true };

  const revision = `${baseUrl}/changes/${encodeURIComponent(info.project)}~${info._number}/revisions/current`;
  const message = messageOf(info) ?? null;
  const [mergeable, dependencies] = await Promise.all([
    // Gerrit refuses the question for a closed change.
    info.status === "NEW"
      ? attempt("mergeable", () => getFromGerrit(new URL(`${revision}/mergeable`), mergeableInfo, log))
      : undefined,
    info.status === "NEW"
      ? attempt("dependencies", () => readDependencies({ baseUrl, revision, info, message, log }))
      : { dependencies: [], unresolvedDependencies: [] },
  ]);
  return {
    ...base,
    change: toFoundChange(info, baseUrl),
    isWorkInProgress: info.work_in_progress === true,
    message,
    ...filesOf(info),
    labels: labelsOf(info),
    isMergeable: mergeable?.mergeable ?? null,
    ...dependencies,
  };
}

const mergeableInfo = z.object({ mergeable: z.boolean() });
function currentRevision({ current_revision: current, revisions }: DetailedChangeInfo) {
  return current === undefined ? undefined : revisions?.[current];
}

/** What Gerrit lists beside the files that the commit changes. */
const MAGIC_FILES = new Set(["/COMMIT_MSG", "/MERGE_LIST", "/PATCHSET_LEVEL"]);

function filesOf(info: DetailedChangeInfo): { files: ChangedFile[] | null; fileCount: number | null } {
  const files = currentRevision(info)?.files;
  if (files === undefined) return { files: null, fileCount: null };
  const changed = Object.entries(files).filter(([path]) => !MAGIC_FILES.has(path));
  return {
    fileCount: changed.length,
    files: changed.slice(0, FILES_MAX).map(([path, file]) => ({
      path,
      status: STATUS_OF_LETTER[file.status ?? "M"] ?? "modified",
      isBinary: file.binary ?? false,
      inserted: file.lines_inserted ?? 0,
      deleted: file.lines_deleted ?? 0,
    })),
  };
}

const STATUS_OF_LETTER: Readonly<Record<string, ChangedFile["status"]>> = {
  M: "modified",
  A: "added",
  D: "deleted",
  R: "renamed",
  C: "copied",
};

function labelsOf({ labels }: DetailedChangeInfo): ChangeDetails["labels"] {
  if (labels === undefined) return null;
  return Object.entries(labels).map(([name, { values = {}, all = [] }]) => {
    const range = Object.keys(values).map(Number);
    return {
      name,
      min: Math.min(-1, ...range),
      max: Math.max(1, ...range),
      votes: all.flatMap(({ value = 0, ...person }) => (value === 0 ? [] : [{ value, by: nameOf(person) }])),
    };
  });
}
