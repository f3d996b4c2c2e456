// Starts a sandbox for tests: fast, in a temporary directory, removed after the test. Also wraps the calls of its review server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Sandbox, SandboxDescription } from "../../sandbox/sandbox.ts";
import { copySandbox } from "../support/sandbox.ts";
import { until } from "../support/until.ts";

/** The tests of a change take 12 s at speed 1. */
export const fast = 200;

type Cleaner = (clean: () => Promise<void>) => void;

export async function temporaryDirectory(clean: Cleaner): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-"));
  clean(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** One sandbox for all tests of a file; pass it the file's `after`. */
export async function sharedSandbox(clean: Cleaner, speed = fast): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-"));
  const sandbox = await copySandbox(directory, speed);
  clean(async () => {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true });
  });
  return sandbox;
}

/** A sandbox for one test alone. */
export function openSandbox(context: TestContext, speed = fast): Promise<Sandbox> {
  return sharedSandbox((clean) => context.after(clean), speed);
}

/** Makes a part of scap fail. @param times how many times; empty for always */
export function failOn(sandbox: Sandbox, name: string, times: string): void {
  mkdirSync(join(sandbox.directory, "fail"), { recursive: true });
  writeFileSync(join(sandbox.directory, "fail", name), times);
}

export async function describe(sandbox: Sandbox): Promise<SandboxDescription> {
  return JSON.parse(await readFile(join(sandbox.directory, "sandbox.json"), "utf8")) as SandboxDescription;
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

/** GETs a path of the review server and parses the response. */
export async function read<Answer>(sandbox: Sandbox, path: string): Promise<Answer> {
  const response = await fetch(sandbox.gerritUrl + path);
  return unwrap<Answer>(response);
}

export function post<Answer>(sandbox: Sandbox, path: string, body: object = {}): Promise<Answer> {
  return send(sandbox, path, body).then((response) => unwrap<Answer>(response));
}

/** Like `post`, but returns the response: for tests that expect a refusal. */
export function send(
  sandbox: Sandbox,
  path: string,
  body: object = {},
  headers: Record<string, string> = {},
) {
  return fetch(sandbox.gerritUrl + path, {
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

export function readChange(sandbox: Sandbox, number: number): Promise<Info> {
  return read<Info>(sandbox, `/changes/${number}/detail?o=CURRENT_REVISION&o=CURRENT_COMMIT`);
}

export function approve(sandbox: Sandbox, number: number): Promise<unknown> {
  const vote = { labels: { "Code-Review": 2 }, message: "Approved" };
  return post(sandbox, `/a/changes/${number}/revisions/current/review`, vote);
}

export function merged(sandbox: Sandbox, number: number): Promise<Info> {
  return until(`change ${number} to be merged`, async () => {
    const change = await readChange(sandbox, number);
    return change.status === "MERGED" && change;
  });
}

export async function approveAndAwait(sandbox: Sandbox, ...numbers: number[]): Promise<void> {
  for (const number of numbers) await approve(sandbox, number);
  for (const number of numbers) await merged(sandbox, number);
}

/** Runs git on a repository of the sandbox. */
export function gitOf(sandbox: Sandbox, project: string, ...args: string[]): string {
  const repository = join(sandbox.directory, "gerrit", `${project}.git`);
  const safe = ["-c", "safe.directory=*"];
  return execFileSync("git", [...safe, "--git-dir", repository, ...args], { encoding: "utf8" }).trim();
}
