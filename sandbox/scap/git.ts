// Runs git for scap. Output that scap shows is passed on as it arrives, through scap's own output, so that it is in order
// and part of the recording.
import { spawn } from "node:child_process";
import { gitEnvironment } from "../git-environment.ts";
import { Failure } from "./errors.ts";
import { pythonList } from "./python.ts";
import type { Session } from "./session.ts";

/** Runs git in a directory. @returns its standard output without the trailing newline. */
export async function git(
  session: Session,
  directory: string,
  args: readonly string[],
  { environment = {} }: { environment?: Record<string, string> } = {},
): Promise<string> {
  let output = "";
  await run(session, ["-C", directory, ...args], {
    environment,
    onStdout: (chunk) => (output += chunk.toString("utf8")),
    onStderr: () => undefined,
  });
  return output.replace(/\n$/, "");
}

/** Runs git and shows its output. */
export async function showGit(session: Session, directory: string, args: readonly string[]): Promise<void> {
  await run(session, ["-C", directory, ...args], {
    onStdout: (chunk) => session.out.stdout(chunk),
    onStderr: (chunk) => session.out.stderr(chunk),
  });
}

/**
 * Runs git on the terminal itself, as scap does where it omits `--no-pager`: when the output is longer than the window, the
 * pager waits for a key. The output is not recorded.
 */
export async function showGitInPager(
  session: Session,
  directory: string,
  args: readonly string[],
): Promise<void> {
  const child = spawn("git", ["-C", directory, ...args], {
    env: gitEnvironment({ ...IDENTITY, GIT_PAGER: session.settings.pager }),
    stdio: "inherit",
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("close", () => resolve());
    child.once("error", reject);
  });
  await session.interrupts.during(ended);
}

type Handlers = {
  environment?: Record<string, string>;
  onStdout: (chunk: Buffer) => void;
  onStderr: (chunk: Buffer) => void;
};

async function run(session: Session, args: readonly string[], handlers: Handlers): Promise<void> {
  const child = spawn("git", args, {
    env: gitEnvironment({ ...IDENTITY, ...handlers.environment }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errorOutput = "";
  child.stdout.on("data", handlers.onStdout);
  child.stderr.on("data", (chunk: Buffer) => {
    errorOutput += chunk.toString("utf8");
    handlers.onStderr(chunk);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("close", () => resolve());
    child.once("error", reject);
  });
  try {
    await session.interrupts.during(ended);
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  }
  if (child.exitCode === 0) return;
  throw new Failure(
    "CalledProcessError",
    `Command '${pythonList(["git", ...args])}' returned non-zero exit status ${child.exitCode}.\n${errorOutput.trim()}`,
  );
}

const IDENTITY = {
  GIT_AUTHOR_NAME: "scap",
  GIT_AUTHOR_EMAIL: "scap@deploy.example",
  GIT_COMMITTER_NAME: "scap",
  GIT_COMMITTER_EMAIL: "scap@deploy.example",
};
