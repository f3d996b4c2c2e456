/**
 * Owns the production build of the pages: makes it when its sources differ from those of the last one.
 *
 * The stamp beside the build is a hash of everything a build reads. It is taken away before a build begins and
 * written after it is complete, so that an interrupted build is never served.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, takeLock } from "./lock.mjs";
import { lastLines } from "./log-files.ts";
import { environment, inProject, ROOT } from "./root.ts";

const SOURCES = [
  "app",
  "lib",
  "public",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.ts",
  "tsconfig.json",
  "package-lock.json",
];
const STAMP = ".next/spiderpig-build";
const LOCK = ".cache/build.lock";
const OTHER_BUILD_BOUND_MS = 300_000;

/** Resolves with what was done, in words. Rejects with the end of the build's output. */
export async function buildPages(logFile: string, signal?: AbortSignal): Promise<string> {
  mkdirSync(inProject(".cache"), { recursive: true });
  const lock = await waitForLock();
  try {
    const hash = sourcesHash();
    if (readStamp() === hash) return "nothing has changed";
    rmSync(inProject(STAMP), { force: true });
    await runBuild(logFile, signal);
    writeFileSync(inProject(STAMP), hash);
    return "built";
  } finally {
    lock.release();
  }
}

async function runBuild(logFile: string, signal: AbortSignal | undefined): Promise<void> {
  const log = openSync(logFile, "w");
  // Its settings come at run time; those of this shell must not be baked in.
  const child = spawn(process.execPath, [inProject("node_modules/next/dist/bin/next"), "build"], {
    cwd: ROOT,
    env: environment({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" }),
    stdio: ["ignore", log, log],
    ...(signal === undefined ? {} : { signal, killSignal: "SIGTERM" as const }),
  });
  closeSync(log);
  const code = await new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  if (code === 0) return;
  throw new Error(`the build of the pages failed, see ${logFile}\n${lastLines(logFile, 20)}`);
}

async function waitForLock(): Promise<{ release(): void }> {
  const end = performance.now() + OTHER_BUILD_BOUND_MS;
  for (;;) {
    try {
      return takeLock(inProject(LOCK));
    } catch (cause) {
      if (!(cause instanceof LockHeld) || performance.now() > end) throw cause;
      await sleep(200);
    }
  }
}

function readStamp(): string | undefined {
  const stamp = inProject(STAMP);
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesBelow(inProject(source)))
      hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) =>
        entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
      );
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOTDIR") return [path];
    throw cause;
  }
}
