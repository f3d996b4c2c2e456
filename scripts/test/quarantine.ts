/**
 * Tests that are known to be flaky and are not run, by name. Each entry says why and is shown and counted as skipped in
 * every run until the test is fixed; a quarantine never turns a failure into a success.
 */
import { existsSync, readFileSync } from "node:fs";
import { inProject } from "../root.ts";
import type { Counts } from "./tally.ts";

export type Quarantined = { file: string; test: string; reason: string };

export const QUARANTINE: readonly Quarantined[] = [];

/** @throws Error when an entry no longer names a test: an obsolete entry would stay unnoticed. */
export function quarantinedIn(files: readonly string[], list = QUARANTINE): readonly Quarantined[] {
  const found = list.filter(({ file }) => files.includes(file));
  for (const { file, test } of found) {
    const path = inProject(file);
    if (!existsSync(path) || !readFileSync(path, "utf8").includes(test)) {
      throw new Error(`scripts/test/quarantine.ts: there is no test "${test}" in ${file}`);
    }
  }
  return found;
}

export function withQuarantined<T extends { counts: Counts; skipped: readonly string[] }>(
  result: T,
  quarantined: readonly Quarantined[],
): T {
  const { counts, skipped } = result;
  return {
    ...result,
    counts: { ...counts, skipped: counts.skipped + quarantined.length },
    skipped: [
      ...skipped,
      ...quarantined.map(({ file, test, reason }) => `${file}: ${test} (quarantined: ${reason})`),
    ],
  };
}
