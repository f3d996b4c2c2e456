// Writes the seeded repositories: two fast-import streams with fixed people and dates, so that every
// commit has the same hash in every world. fast-import and not a loop of commits: the whole history is two
// processes instead of some sixty.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { git, runGit, type Person } from "../git.ts";
import { patchSetRef, type Account, type Change, type ReviewState } from "../records.ts";
import {
  configProject,
  extensionProject,
  liveBranch,
  retiredBranch,
  seededChanges,
  type SeededChange,
} from "./changes.ts";
import { people } from "./people.ts";
import { baseExtension, baseSite, json, siteName, type Files } from "./site.ts";

type Commit = {
  name: string;
  ref: string;
  parents: readonly string[];
  author: Person;
  at: Date;
  message: string;
  files: Files;
};

/** Makes both repositories and gives the review state that belongs to them. */
export async function seedHistory(repositoryOf: (project: string) => string): Promise<ReviewState> {
  const seeds = [
    { project: configProject, commits: configCommits() },
    { project: extensionProject, commits: extensionCommits() },
  ];
  const imported = await Promise.all(
    seeds.map(({ project, commits }) => importRepository(repositoryOf(project), commits)),
  );
  const hashes = new Map(imported.flatMap((repository) => [...repository.hashes]));
  const sizes = new Map(imported.flatMap((repository) => [...repository.sizes]));
  return {
    accounts: Object.values(people),
    changes: seededChanges.map((seed) => reviewRecord(seed, hashes, sizes)),
  };
}

export function seededChangeId(number: number): string {
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
    ...branches.map(({ name, branch, at }) => ({
      name,
      ref: `refs/heads/${branch}`,
      parents: ["extension:start"],
      author: people.scap,
      at: date(at),
      message: `Branch commit for ${branch}\n`,
      files: { "branch.json": json({ branch }) },
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
  if (seed === undefined) throw new Error(`there is no seeded change ${number}`);
  return seed;
}

function seededFiles(number: number): Files {
  return Object.assign({}, ...findSeed(number).patchSets) as Files;
}

function date(minute: string): Date {
  return new Date(`${minute}:00Z`);
}

async function importRepository(repository: string, commits: readonly Commit[]) {
  await rm(repository, { recursive: true, force: true });
  await mkdir(repository, { recursive: true });
  await runGit(["init", "--quiet", "--bare", "--template=", "--initial-branch=master", repository]);
  const marksFile = join(repository, "seed-marks");
  await git(repository, ["fast-import", "--quiet", `--export-marks=${marksFile}`], {
    input: fastImportStream(commits),
  });
  const hashOfMark = new Map(
    (await readFile(marksFile, "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split(" ", 2) as [string, string]),
  );
  await rm(marksFile);
  const hashes = new Map(commits.map(({ name }, index) => [name, hashOfMark.get(`:${index + 1}`) ?? ""]));
  return { hashes, sizes: await commitSizes(repository, [...hashes.values()]) };
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

export type Size = { insertions: number; deletions: number };

/** Lines added and removed by each commit against its first parent, in one call for all of them. */
export async function commitSizes(
  repository: string,
  commits: readonly string[],
): Promise<Map<string, Size>> {
  const listing = await git(repository, ["diff-tree", "--stdin", "--numstat", "-r", "--root"], {
    input: `${commits.join("\n")}\n`,
  });
  const sizes = new Map(commits.map((commit) => [commit, { insertions: 0, deletions: 0 }]));
  let size: Size = { insertions: 0, deletions: 0 };
  for (const line of listing.split("\n")) {
    const [added, removed] = line.split("\t");
    if (removed === undefined) {
      size = sizes.get(line) ?? { insertions: 0, deletions: 0 };
      continue;
    }
    // A binary file is counted as "-".
    size.insertions += Number(added) || 0;
    size.deletions += Number(removed) || 0;
  }
  return sizes;
}

function reviewRecord(seed: SeededChange, hashes: Map<string, string>, sizes: Map<string, Size>): Change {
  const owner: Account = people[seed.owner];
  const patchSets = seed.patchSets.map((_files, index) => {
    const commit = hashes.get(patchSetName(seed, index)) ?? "";
    const at = patchSetDate(seed, index).toISOString();
    return {
      number: index + 1,
      commit,
      parents: [hashes.get(seed.base) ?? ""],
      author: { name: owner.name, email: owner.email, date: at },
      subject: seed.subject,
      message: messageOf(seed),
      uploader: owner._account_id,
      created: at,
      ...(sizes.get(commit) ?? { insertions: 0, deletions: 0 }),
    };
  });
  const merged = seed.status === "MERGED";
  const change: Change = {
    number: seed.number,
    project: seed.project,
    branch: seed.branch,
    changeId: seededChangeId(seed.number),
    status: seed.status,
    owner: owner._account_id,
    created: date(seed.at).toISOString(),
    updated: patchSetDate(seed, seed.patchSets.length).toISOString(),
    workInProgress: seed.workInProgress ?? false,
    hashtags: seed.hashtags ?? [],
    patchSets,
    votes: [],
    messages: [],
    submitted: null,
    revertOf: null,
    gateDue: null,
    shows: seed.shows,
  };
  change.votes.push({
    label: "Verified",
    account: people.jenkins._account_id,
    value: 2,
    date: change.updated,
  });
  if (merged) {
    const approved = { label: "Code-Review", account: people.rosa._account_id, value: 2 } as const;
    change.votes.push({ ...approved, date: change.updated });
    const submitted = { date: date("2026-11-17T12:00").toISOString(), account: people.jenkins._account_id };
    change.submitted = { ...submitted, commit: hashes.get("config:tip") ?? "" };
    change.updated = submitted.date;
  }
  for (const patchSet of patchSets) {
    change.messages.push({
      id: createHash("sha1").update(`upload ${seed.number} ${patchSet.number}`).digest("hex"),
      account: owner._account_id,
      date: patchSet.created,
      text: `Uploaded patch set ${patchSet.number}.`,
      patchSet: patchSet.number,
    });
  }
  return change;
}
