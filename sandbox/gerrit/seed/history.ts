// Writes the repositories of a new sandbox. People and dates are fixed, so every sandbox has the same commit hashes. One
// `git fast-import` for each repository is faster than a git process for each commit.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { git, runGit, type Person } from "../git.ts";
import { newChange, patchSetRef, type Change, type ReviewState } from "../records.ts";
import { readCommits, type CommitFacts } from "../repository.ts";
import { setVote } from "../votes.ts";
import {
  configProject,
  extensionProject,
  liveBranch,
  nextBranch,
  retiredBranch,
  seededChanges,
} from "./changes.ts";
import { people } from "./people.ts";
import type { SeededChange } from "./seeded-change.ts";
import { baseExtension, baseSite, json, nextThanksMessages, siteName, type Files } from "./site.ts";

type Commit = {
  name: string;
  ref: string;
  parents: readonly string[];
  author: Person;
  at: Date;
  message: string;
  files: Files;
};

/** Creates both repositories. @returns their review state. */
export async function seedHistory(repositoryOf: (project: string) => string): Promise<ReviewState> {
  const seeds = [
    { project: configProject, commits: configCommits() },
    { project: extensionProject, commits: extensionCommits() },
  ];
  const imported = await Promise.all(
    seeds.map(({ project, commits }) => importRepository(repositoryOf(project), commits)),
  );
  const commits = new Map(imported.flat());
  return {
    accounts: Object.values(people),
    changes: seededChanges.map((seed) => reviewRecord(seed, commits)),
  };
}

function seededChangeId(number: number): string {
  return `I${createHash("sha1").update(`sandbox change ${number}`).digest("hex")}`;
}

function configCommits(): Commit[] {
  const started = { name: "config:start", ref: "refs/heads/master", parents: [], files: baseSite };
  const named = { ...siteName, name: "The Orchard" };
  return [
    { ...started, author: people.ada, at: date("2026-11-02T09:00"), message: "Plant the Orchard\n" },
    {
      name: "config:named",
      ref: "refs/heads/master",
      parents: ["config:start"],
      author: people.rosa,
      at: date("2026-11-17T10:00"),
      message: "Call the site The Orchard (T370100)\n",
      files: { "wmf-config/site.json": json(named) },
    },
    ...changeCommits((seed) => seed.project === configProject && seed.status === "MERGED"),
    {
      name: "config:tip",
      ref: "refs/heads/master",
      parents: ["config:named", "change:1238"],
      author: people.jenkins,
      at: date("2026-11-17T12:00"),
      message: `Merge "${findSeed(1238).subject}"\n`,
      files: seededFiles(1238),
    },
    ...changeCommits((seed) => seed.project === configProject && seed.status !== "MERGED"),
  ];
}

function extensionCommits(): Commit[] {
  const branches = [
    { name: "extension:retired", branch: retiredBranch, at: "2026-08-04T02:00" },
    { name: "extension:live", branch: liveBranch, at: "2026-11-16T02:00" },
    {
      name: "extension:next",
      branch: nextBranch,
      at: "2026-11-23T02:00",
      files: { "i18n/en.json": json(nextThanksMessages) },
    },
  ];
  return [
    {
      name: "extension:start",
      ref: "refs/heads/master",
      parents: [],
      author: people.yuki,
      at: date("2026-06-01T09:00"),
      message: "Say thank you\n",
      files: baseExtension,
    },
    ...branches.map(({ name, branch, at, files = {} }) => ({
      name,
      ref: `refs/heads/${branch}`,
      parents: ["extension:start"],
      author: people.scap,
      at: date(at),
      message: `Branch commit for ${branch}\n`,
      files: { "branch.json": json({ branch }), ...files },
    })),
    ...changeCommits((seed) => seed.project === extensionProject),
  ];
}

function changeCommits(belongs: (seed: SeededChange) => boolean): Commit[] {
  return seededChanges.filter(belongs).flatMap((seed) =>
    seed.patchSets.map((files, index) => ({
      name: patchSetName(seed, index),
      ref: patchSetRef(seed.number, index + 1),
      parents: [seed.base],
      author: people[seed.owner],
      at: patchSetDate(seed, index),
      message: messageOf(seed),
      files,
    })),
  );
}

function patchSetName(seed: SeededChange, index: number): string {
  const last = index === seed.patchSets.length - 1;
  return last ? `change:${seed.number}` : `change:${seed.number}/${index + 1}`;
}

function patchSetDate(seed: SeededChange, index: number): Date {
  return new Date(date(seed.at).getTime() + index * 17 * 60_000);
}

function messageOf(seed: SeededChange): string {
  const footers = [
    `Bug: ${seed.task}`,
    ...(seed.dependsOn === undefined ? [] : [`Depends-On: ${seededChangeId(seed.dependsOn)}`]),
    `Change-Id: ${seededChangeId(seed.number)}`,
  ];
  return `${seed.subject}\n\n${seed.body}\n\n${footers.join("\n")}\n`;
}

function findSeed(number: number): SeededChange {
  const seed = seededChanges.find((candidate) => candidate.number === number);
  if (seed === undefined) throw new Error(`no seeded change ${number}`);
  return seed;
}

function seededFiles(number: number): Files {
  return Object.assign({}, ...findSeed(number).patchSets) as Files;
}

function date(minute: string): Date {
  return new Date(`${minute}:00Z`);
}

type Imported = CommitFacts & { hash: string };

/** Creates the repository. @returns its commits by name. */
async function importRepository(directory: string, commits: readonly Commit[]) {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await runGit(["init", "--quiet", "--bare", "--template=", "--initial-branch=master", directory]);
  const marksFile = join(directory, "seed-marks");
  await git(directory, ["fast-import", "--quiet", `--export-marks=${marksFile}`], {
    input: fastImportStream(commits),
  });
  const marks = (await readFile(marksFile, "utf8")).trim().split("\n");
  await rm(marksFile);
  const hashOfMark = new Map(marks.map((line) => line.split(" ", 2) as [string, string]));
  const hashes = commits.map((_commit, index) => hashOfMark.get(`:${index + 1}`) ?? "");
  const facts = await readCommits(directory, hashes);
  return commits.map(
    ({ name }, index) => [name, { hash: hashes[index] ?? "", ...facts[index] } as Imported] as const,
  );
}

function fastImportStream(commits: readonly Commit[]): string {
  const marks = new Map(commits.map(({ name }, index) => [name, `:${index + 1}`]));
  return commits
    .map((commit, index) => {
      const seconds = commit.at.getTime() / 1000;
      const [first, ...others] = commit.parents.map((name) => marks.get(name) ?? name);
      return [
        ...(first === undefined ? [`reset ${commit.ref}\n`] : []),
        `commit ${commit.ref}\nmark :${index + 1}\n`,
        `author ${commit.author.name} <${commit.author.email}> ${seconds} +0000\n`,
        `committer ${commit.author.name} <${commit.author.email}> ${seconds} +0000\n`,
        data(commit.message),
        first === undefined ? "" : `from ${first}\n`,
        ...others.map((parent) => `merge ${parent}\n`),
        ...Object.entries(commit.files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
        "\n",
      ].join("");
    })
    .join("");
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function reviewRecord(seed: SeededChange, commits: ReadonlyMap<string, Imported>): Change {
  const owner = people[seed.owner]._account_id;
  const patchSets = seed.patchSets.map((_files, index) => {
    const { hash, ...facts } = required(commits, patchSetName(seed, index));
    return { number: index + 1, commit: hash, ...facts };
  });
  const change = newChange({
    number: seed.number,
    project: seed.project,
    branch: seed.branch,
    changeId: seededChangeId(seed.number),
    owner,
    patchSets,
    effect: seed.effect,
  });
  change.status = seed.status;
  change.workInProgress = seed.workInProgress ?? false;
  change.failsTests = seed.failsTests ?? false;
  const tested = new Date(patchSetDate(seed, patchSets.length));
  for (const { created, number } of patchSets) {
    const text = `Uploaded patch set ${number}.`;
    change.messages.push({ account: owner, date: created, text, patchSet: number });
  }
  setVote(change, "Verified", people.jenkins, seed.verified ?? 2);
  if (seed.review !== undefined) setVote(change, "Code-Review", people[seed.review.by], seed.review.value);
  change.updated = tested.toISOString();
  if (seed.status === "MERGED") {
    setVote(change, "Code-Review", people.rosa, 2);
    change.updated = required(commits, "config:tip").created;
  }
  return change;
}

function required(commits: ReadonlyMap<string, Imported>, name: string): Imported {
  const commit = commits.get(name);
  if (commit === undefined) throw new Error(`the seed has no commit ${name}`);
  return commit;
}
