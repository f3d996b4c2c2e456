/**
 * Owns the production build of the pages: makes it when its sources differ from those of the last one. `npm run build`,
 * `npm start` and `npm test` all call it.
 *
 * The stamp beside the build is a hash of everything a build reads. It is removed before a build and written after it, so
 * that an interrupted build is never served.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { withLock } from "./file-lock.ts";
import { nodeProgram, runProgram } from "./program.ts";
import { inProject, ROOT } from "./root.ts";
import { step } from "./steps.ts";

const SOURCES = [
  "{app,lib,public}/**",
  "{instrumentation,proxy}.ts",
  "next.config.mjs",
  "{tsconfig,package-lock}.json",
];
const STAMP = inProject(".next/spiderpig-build");
const OTHER_BUILD_TIMEOUT_MS = 300_000;

/** Resolves with what was done. Rejects with the end of the build's output. */
export async function buildPages(log: string, signal?: AbortSignal): Promise<string> {
  mkdirSync(inProject(".cache"), { recursive: true });
  return withLock(inProject(".cache/build.lock"), OTHER_BUILD_TIMEOUT_MS, async () => {
    const hash = sourcesHash();
    if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return "unchanged";
    rmSync(STAMP, { force: true });
    const build = nodeProgram([inProject("node_modules/next/dist/bin/next"), "build"], () => ({
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      NO_COLOR: "1",
    }));
    await runProgram({ name: "next build", ...build, log }, signal);
    compressFiles();
    writeFileSync(STAMP, hash);
    return "built";
  });
}

/** For web/static-files.ts. The best quality takes seconds, once for each build. */
function compressFiles(): void {
  const cwd = inProject(".next/static");
  for (const file of globSync("**/*.{js,css}", { cwd })) {
    const path = join(cwd, file);
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
  }
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  const files = globSync(SOURCES, { cwd: ROOT });
  for (const file of files.toSorted()) {
    if (statSync(inProject(file)).isFile()) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(inProject(file)))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

if (import.meta.main) {
  await step("pages", "building", () => buildPages(inProject(".cache/build.log"))).catch((cause: Error) => {
    process.stderr.write(`${cause.message}\n`);
    process.exitCode = 1;
  });
}
