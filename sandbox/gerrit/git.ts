// Runs git for the review server and the set-up of the sandbox. Each call is one process with a timeout; an error contains
// git's error output.
import { spawn } from "node:child_process";
import { gitEnvironment } from "../git-environment.ts";

/** git exited with an unexpected code, or could not be started (`exitCode` is null). */
export class GitFailed extends Error {
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.name = "GitFailed";
    this.exitCode = exitCode;
  }
}

export type GitOptions = {
  /** Standard input; empty by default. */
  input?: string | Uint8Array;
  environment?: Record<string, string>;
  /** Exit codes besides 0 that are not errors. */
  accept?: readonly number[];
};

export type GitResult = { exitCode: number; output: Buffer };

const TIMEOUT_MS = 60_000;

/** Runs git on a bare repository. @returns its standard output without the trailing newline. */
export async function git(repository: string, args: readonly string[], options: GitOptions = {}) {
  const { output } = await runGit(["--git-dir", repository, ...args], options);
  return output.toString("utf8").replace(/\n$/, "");
}

/** Runs git. @returns its exit code and raw output. */
export function runGit(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      env: gitEnvironment(options.environment),
      stdio: ["pipe", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    const chunks: Buffer[] = [];
    let errorOutput = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errorOutput += text));
    child.on("error", (cause: NodeJS.ErrnoException) => {
      reject(cause.code === "ENOENT" ? new GitFailed(GIT_MISSING, null) : cause);
    });
    child.on("close", (exitCode, signal) => {
      if (exitCode === 0 || (exitCode !== null && options.accept?.includes(exitCode))) {
        resolve({ exitCode, output: Buffer.concat(chunks) });
        return;
      }
      const what = `git ${args.join(" ")} ended with ${signal ?? exitCode}`;
      reject(new GitFailed(`${what}: ${errorOutput.trim()}`, exitCode));
    });
    // git may exit before it has read everything. Its exit code is reported, not the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
  });
}

const GIT_MISSING = "git is not installed: the sandbox needs git 2.38 or newer";
const OLDEST_GIT = [2, 38] as const;

/** Refuses a machine whose git is missing or lacks `merge-tree --write-tree`. */
export async function requireGit(): Promise<void> {
  const { output } = await runGit(["--version"]);
  const match = /(\d+)\.(\d+)/.exec(output.toString());
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return;
  throw new GitFailed(`git ${major}.${minor} is too old: the sandbox needs git 2.38 or newer`, null);
}

export type Person = { name: string; email: string };

/** The variables that set author, committer and date of a commit. */
export function identity({ name, email }: Person, at: Date): Record<string, string> {
  const date = `${Math.floor(at.getTime() / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
