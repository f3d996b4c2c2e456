// Runs git for scap. What a person is meant to see of it is passed on as it comes, through scap's own output,
// so that it appears in order and in the recording.
import { spawn } from "node:child_process";
import { Failure } from "./errors.ts";
import { pythonList } from "./python.ts";
import type { Session } from "./session.ts";

/** Runs git in a directory and gives its standard output without the last newline. */
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

/** Runs git with its output shown, counters and colours included where a terminal would show them. */
export async function showGit(session: Session, directory: string, args: readonly string[]): Promise<void> {
  await run(session, ["-C", directory, ...args], {
    onStdout: (chunk) => session.out.stdout(chunk),
    onStderr: (chunk) => session.out.stderr(chunk),
  });
}

/**
 * Runs git with the terminal handed over, as scap does where it forgot `--no-pager`: when there is more than
 * fits the window, the pager waits for a key. What it shows is in no recording.
 */
export async function showGitInPager(
  session: Session,
  directory: string,
  args: readonly string[],
): Promise<void> {
  const child = spawn("git", ["-C", directory, ...args], {
    env: gitEnvironment({ GIT_PAGER: session.settings.pager }),
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
    env: gitEnvironment(handlers.environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  child.stdout.on("data", handlers.onStdout);
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString("utf8");
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
    `Command '${pythonList(["git", ...args])}' returned non-zero exit status ${child.exitCode}.\n${complaint.trim()}`,
  );
}

/** The user's own configuration of git must not change what is deployed, nor may a GIT_DIR of the shell. */
function gitEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) if (name.startsWith("GIT_")) delete environment[name];
  return Object.assign(environment, {
    ...identity,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_COUNT: "3",
    // Whoever runs scap may be somebody else than the owner of the sandbox's directory.
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    GIT_CONFIG_KEY_1: "gc.auto",
    GIT_CONFIG_VALUE_1: "0",
    GIT_CONFIG_KEY_2: "advice.detachedHead",
    GIT_CONFIG_VALUE_2: "false",
    ...more,
  });
}

const identity = {
  GIT_AUTHOR_NAME: "scap",
  GIT_AUTHOR_EMAIL: "scap@deploy.example",
  GIT_COMMITTER_NAME: "scap",
  GIT_COMMITTER_EMAIL: "scap@deploy.example",
};
