/**
 * Owns the production build of the pages: makes it when its sources differ from those of the last one. `npm run build`,
 * `npm start` and `npm test` all call it.
 *
 * The stamp beside the build is a hash of everything a build reads. It is removed before a build and written after it, so
 * that an interrupted build is never served.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { withLock } from "./file-lock.ts";
import { lastLines } from "./program.ts";
import { environment, inProject, ROOT } from "./root.ts";
import { step } from "./steps.ts";

const SOURCES = [
  "{app,lib,public}/**",
  "{instrumentation,proxy,next.config}.ts",
  "{tsconfig,package-lock}.json",
];
const STAMP = inProject(".next/spiderpig-build");
const OTHER_BUILD_TIMEOUT_MS = 300_000;

/** Resolves with what was done. Rejects with the end of the build's output. */
export async function buildPages(logFile: string, signal?: AbortSignal): Promise<string> {
  mkdirSync(inProject(".cache"), { recursive: true });
  return withLock(inProject(".cache/build.lock"), OTHER_BUILD_TIMEOUT_MS, async () => {
    const hash = sourcesHash();
    if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return "unchanged";
    rmSync(STAMP, { force: true });
    await runBuild(logFile, signal);
    writeFileSync(STAMP, hash);
    return "built";
  });
}

async function runBuild(logFile: string, signal: AbortSignal | undefined): Promise<void> {
  const log = openSync(logFile, "w");
  const child = spawn(process.execPath, [inProject("node_modules/next/dist/bin/next"), "build"], {
    cwd: ROOT,
    // Settings are read at run time; those of this shell must not become part of the build.
    env: environment({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" }),
    stdio: ["ignore", log, log],
    ...(signal === undefined ? {} : { signal }),
  });
  closeSync(log);
  const code = await new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  if (code !== 0) throw new Error(`the build of the pages failed, see ${logFile}\n${lastLines(logFile, 20)}`);
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  const files = globSync(SOURCES, { cwd: ROOT });
  for (const file of files.toSorted()) {
    if (statSync(inProject(file)).isFile())
      hash
        .update(`${file}\0`)
        .update(readFileSync(inProject(file)))
        .update("\0");
  }
  return hash.digest("hex");
}

if (import.meta.main)
  await step("pages", "building", () => buildPages(inProject(".cache/build.log"))).catch((cause: Error) => {
    process.stderr.write(`${cause.message}\n`);
    process.exitCode = 1;
  });
