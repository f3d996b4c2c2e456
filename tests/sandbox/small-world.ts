// A sandbox of one's own for a test: fast, in a temporary directory, gone when the test ends; and the calls
// of the review server in the form that tests read well with.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startWorld, type World, type WorldDescription } from "../../sandbox/world.ts";
import { until } from "../support/until.ts";

/** The tests of a change take 12 s at speed 1. */
export const fast = 200;

type Cleaner = (clean: () => Promise<void>) => void;

export async function temporaryDirectory(clean: Cleaner): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "small-world-"));
  clean(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** One world for all tests of a file; pass it the file's `after`. */
export async function sharedWorld(clean: Cleaner, speed = fast): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "small-world-"));
  const world = await startWorld({ directory, speed });
  clean(async () => {
    await world.close();
    await rm(directory, { recursive: true, force: true });
  });
  return world;
}

/** A world for one test alone. */
export function openWorld(context: TestContext, speed = fast): Promise<World> {
  return sharedWorld((clean) => context.after(clean), speed);
}

export async function describe(world: World): Promise<WorldDescription> {
  return JSON.parse(await readFile(join(world.directory, "sandbox.json"), "utf8")) as WorldDescription;
}

export type Info = {
  _number: number;
  status: string;
  subject: string;
  current_revision: string;
  revisions: Record<string, { _number: number; commit: { message: string } }>;
  labels: Record<string, { all: { username: string; value: number }[] }>;
  messages: { author: { username: string }; message: string }[];
  [field: string]: unknown;
};

/** GETs a path of the review server and takes the answer out of its wrapping. */
export async function read<Answer>(world: World, path: string): Promise<Answer> {
  const response = await fetch(world.gerritUrl + path);
  return unwrap<Answer>(response);
}

export function post<Answer>(world: World, path: string, body: object = {}): Promise<Answer> {
  return send(world, path, body).then((response) => unwrap<Answer>(response));
}

/** As `post`, for tests that expect a refusal. */
export function send(world: World, path: string, body: object = {}, headers: Record<string, string> = {}) {
  return fetch(world.gerritUrl + path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${btoa("riglesias:any")}`,
      ...headers,
    },
  });
}

async function unwrap<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.ok(
    text.startsWith(")]}'\n"),
    "an answer must begin with the line that keeps it from being a script",
  );
  return JSON.parse(text.slice(5)) as Answer;
}

export function readChange(world: World, number: number): Promise<Info> {
  return read<Info>(world, `/changes/${number}/detail?o=CURRENT_REVISION&o=CURRENT_COMMIT`);
}

export function approve(world: World, number: number): Promise<unknown> {
  const vote = { labels: { "Code-Review": 2 }, message: "Approved" };
  return post(world, `/a/changes/${number}/revisions/current/review`, vote);
}

export function merged(world: World, number: number): Promise<Info> {
  return until(`change ${number} to be merged`, async () => {
    const change = await readChange(world, number);
    return change.status === "MERGED" && change;
  });
}

export async function approveAndAwait(world: World, ...numbers: number[]): Promise<void> {
  for (const number of numbers) await approve(world, number);
  for (const number of numbers) await merged(world, number);
}

/** git on one of the world's repositories, as a reader from outside. */
export function gitOf(world: World, project: string, ...args: string[]): string {
  const repository = join(world.directory, "gerrit", `${project}.git`);
  const safe = ["-c", "safe.directory=*"];
  return execFileSync("git", [...safe, "--git-dir", repository, ...args], { encoding: "utf8" }).trim();
}
