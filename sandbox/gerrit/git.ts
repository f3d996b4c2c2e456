// Runs git for the sandbox. The environment is built here and nowhere else, so that neither the user's
// configuration nor a GIT_DIR left over in the shell can change what the small world does or how it hashes.
// Every call is one process with a bounded run time; a failure carries git's own words.
import { spawn } from "node:child_process";

/** git left with a code that the caller did not expect, or could not be started at all (`exitCode` null). */
export class GitFailed extends Error {
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.name = "GitFailed";
    this.exitCode = exitCode;
  }
}

export type GitOptions = {
  /** Bytes for git's standard input; without it git reads nothing. */
  input?: string | Uint8Array;
  environment?: Record<string, string>;
  /** Exit codes that are an answer and no failure; 0 always is. */
  accept?: readonly number[];
};

export type GitResult = { exitCode: number; output: Buffer };

const runTimeMsMax = 60_000;

/** Runs git on a bare repository and gives its standard output as text, without the last newline. */
export async function git(repository: string, args: readonly string[], options: GitOptions = {}) {
  const { output } = await runGit(["--git-dir", repository, ...args], options);
  return output.toString("utf8").replace(/\n$/, "");
}

/** Runs git and gives exit code and raw bytes, for callers to whom a code other than 0 means something. */
export function runGit(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      env: { ...gitEnvironment(), ...options.environment },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: runTimeMsMax,
    });
    const chunks: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    child.on("error", (cause: NodeJS.ErrnoException) => {
      reject(cause.code === "ENOENT" ? new GitFailed(gitMissing, null) : cause);
    });
    child.on("close", (exitCode, signal) => {
      if (exitCode === 0 || (exitCode !== null && options.accept?.includes(exitCode))) {
        resolve({ exitCode, output: Buffer.concat(chunks) });
        return;
      }
      const what = `git ${args.join(" ")} ended with ${signal ?? exitCode}`;
      reject(new GitFailed(`${what}: ${complaint.trim()}`, exitCode));
    });
    // git may leave before it has read everything; its exit code tells the story, not the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
  });
}

const gitMissing = "git is not installed: the sandbox needs git 2.38 or newer";
const oldestGit = [2, 38] as const;

/** Refuses a machine whose git is missing or lacks `merge-tree --write-tree`. */
export async function requireGit(): Promise<void> {
  const { output } = await runGit(["--version"]);
  const match = /(\d+)\.(\d+)/.exec(output.toString());
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  if (major > oldestGit[0] || (major === oldestGit[0] && minor >= oldestGit[1])) return;
  throw new GitFailed(`git ${major}.${minor} is too old: the sandbox needs git 2.38 or newer`, null);
}

export type Person = { name: string; email: string };

/** The variables that make a commit's author and committer, at a given second. */
export function identity(author: Person, at: Date, committer: Person = author): Record<string, string> {
  const date = `${Math.floor(at.getTime() / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: date,
  };
}

function gitEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(environment)) if (name.startsWith("GIT_")) delete environment[name];
  return Object.assign(environment, fixedVariables);
}

const fixedVariables = {
  LC_ALL: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_PAGER: "cat",
  // As root over directories of somebody else git refuses to work; the sandbox only ever opens its own.
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  // Housekeeping in the background would outlive the world and fight with its removal.
  GIT_CONFIG_KEY_1: "gc.auto",
  GIT_CONFIG_VALUE_1: "0",
  GIT_CONFIG_KEY_2: "core.quotePath",
  GIT_CONFIG_VALUE_2: "false",
};
