// Runs the sandbox's scap in a pseudo-terminal and answers its questions.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "node:test";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { until } from "../support/until.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

type Pty = {
  pid: number;
  onData(listener: (data: Buffer) => void): void;
  onExit(listener: (ending: { exitCode: number; signal?: number }) => void): void;
  write(text: string): void;
  kill(signal: string): void;
};
type PtyOptions = { cols: number; rows: number; encoding: null; env: Record<string, string> };

// The package's types have another name than the alias it is installed as, and lack Buffers.
const { spawn } = createRequire(import.meta.url)("node-pty") as {
  spawn: (file: string, args: string[], options: PtyOptions) => Pty;
};

export const scapProgram = fileURLToPath(new URL("../../sandbox/scap/main.ts", import.meta.url));

type Ending = { exitCode: number; signal: number | undefined };

export type ScapRun = {
  readonly pid: number;
  /** The output so far, with `\n` line ends. */
  shown(): string;
  /** The output as the terminal sent it. */
  raw(): string;
  /** The output with names for control sequences: `<red>`, `<bold>`, `<off>`, `<bell>`. */
  marked(): string;
  /** Waits until the output ends with this. */
  asks(prompt: string): Promise<void>;
  /** Waits until this is shown after the last answer. */
  shows(text: string): Promise<void>;
  /** Types a line. */
  answer(text: string): void;
  /** Types exactly this. */
  type(keys: string): void;
  ends(): Promise<Ending>;
};

export function scapEnvironment(sandbox: Sandbox, more: Record<string, string> = {}): Record<string, string> {
  return bareEnvironment({
    SANDBOX_DIR: sandbox.directory,
    SPIDERPIG_REAL_USER: "rosa",
    TERM: "xterm-256color",
    GIT_PAGER: "cat",
    ...more,
  });
}

const marks = [
  ["\x1b[0m", "<off>"],
  ["\x1b[1m", "<bold>"],
  ["\x1b[31m", "<red>"],
  ["\x1b[32m", "<green>"],
  ["\x1b[33m", "<yellow>"],
  ["\x07", "<bell>"],
] as const;

export function startScap(
  t: TestContext,
  sandbox: Sandbox,
  args: readonly string[],
  environment: Record<string, string> = {},
): ScapRun {
  const pty = spawn(process.execPath, [scapProgram, ...args], {
    cols: 160,
    rows: 50,
    encoding: null,
    env: scapEnvironment(sandbox, environment),
  });
  return follow(t, pty);
}

function follow(t: TestContext, pty: Pty): ScapRun {
  let bytes = Buffer.alloc(0);
  let answeredAt = 0;
  let ending: Ending | undefined;
  pty.onData((data) => (bytes = Buffer.concat([bytes, data])));
  pty.onExit(({ exitCode, signal }) => (ending = { exitCode, signal }));
  t.after(() => {
    if (ending === undefined) pty.kill("SIGKILL");
  });

  const raw = (): string => bytes.toString("utf8");
  const shown = (): string => raw().replaceAll("\r\n", "\n");
  const waitFor = async (what: string, condition: () => boolean): Promise<void> => {
    try {
      await until(what, () => condition() || ending !== undefined);
    } catch (error) {
      throw new Error(`${String(error)}; shown:\n${shown()}`, { cause: error });
    }
    assert.ok(condition(), `scap ended instead of ${what}; shown:\n${shown()}`);
  };
  const type = (keys: string): void => {
    answeredAt = shown().length;
    pty.write(keys);
  };

  return {
    pid: pty.pid,
    shown,
    raw,
    marked: () => marks.reduce((text, [code, mark]) => text.replaceAll(code, mark), shown()),
    asks: (prompt) =>
      waitFor(`asking ${JSON.stringify(prompt)}`, () => shown().slice(answeredAt).endsWith(prompt)),
    shows: (text) =>
      waitFor(`showing ${JSON.stringify(text)}`, () => shown().slice(answeredAt).includes(text)),
    type,
    answer: (text) => type(`${text}\r`),
    ends: async () => until("the end of scap", () => ending),
  };
}

export const backportQuestion = "Backport the changes? [y/N]: ";
export const continueQuestion =
  "Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)\n" +
  "Before continuing, please do any necessary checks if you haven't already.\n\n" +
  "[y] Yes, continue with deployment\n\x1b[1m[n] No, roll back deployment and terminate\x1b[0m\n" +
  "Continue with deployment? (default: [n]): ";
/** Starts a deployment and confirms the first question. */
export async function startDeployment(
  t: TestContext,
  sandbox: Sandbox,
  changes: readonly string[],
  environment: Record<string, string> = {},
): Promise<ScapRun> {
  const scap = startScap(t, sandbox, ["backport", ...changes], environment);
  await scap.asks(backportQuestion);
  scap.answer("y");
  return scap;
}

export const undeployedNotice =
  "The backported change was undeployed by rollback, but it still exists in the codebase.\n" +
  "You must merge a fix or revert commit before allowing further backports to proceed.\n\n" +
  "Press Enter to acknowledge and release the deployment lock.";

/** The front pages of the servers of a stage. */
async function pages(sandbox: Sandbox, stage: string): Promise<string[]> {
  const servers = sandbox.servers.filter((server) => server.stage === stage);
  return Promise.all(servers.map(async ({ url }) => (await fetch(url)).text()));
}

export async function everyPageShows(sandbox: Sandbox, stage: string, text: string): Promise<boolean> {
  const found = await pages(sandbox, stage);
  return found.length > 0 && found.every((page) => page.includes(text));
}

export async function noPageShows(sandbox: Sandbox, stage: string, text: string): Promise<boolean> {
  return (await pages(sandbox, stage)).every((page) => !page.includes(text));
}

export type RecordedLine = { event: string } & Record<string, unknown>;

/** What the processes of a run recorded, in the order of their starts. */
export function readRecordings(directory: string): { events: RecordedLine[]; output: string }[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .toSorted()
    .map((name) => ({
      events: readFileSync(join(directory, name), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as RecordedLine),
      output: readFileSync(join(directory, name.replace(/jsonl$/, "out")), "utf8"),
    }));
}
