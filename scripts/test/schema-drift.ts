/**
 * Fails when the tables that the code declares differ from what the migrations make. Until the first release the
 * baseline must be exactly what drizzle-kit generates. Once there is a second migration, drizzle-kit is asked for the
 * next one, in a copy, and must find nothing to write.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BASELINE_FILES, generateBaseline, runDrizzleKit } from "../generate-baseline.ts";
import { inProject } from "../root.ts";

const cache = inProject(".cache/test");
mkdirSync(cache, { recursive: true });
const copy = join(cache, `schema-drift-${process.pid}`);
try {
  const differences = readdirSync(inProject("drizzle/meta")).includes("0001_snapshot.json")
    ? missingMigration()
    : staleBaseline();
  for (const difference of differences) {
    process.stdout.write(`${difference}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function staleBaseline(): string[] {
  generateBaseline(copy);
  const isStale = (name: string): boolean =>
    readFileSync(join(copy, name), "utf8") !== readFileSync(inProject("drizzle", name), "utf8");
  return BASELINE_FILES.filter(isStale).map(
    (name) => `drizzle/${name} is not what the tables in lib/db/schema make: run npm run baseline`,
  );
}

function missingMigration(): string[] {
  cpSync(inProject("drizzle"), copy, { recursive: true });
  runDrizzleKit(copy, "drift");
  return readdirSync(copy)
    .filter((name) => name.endsWith("_drift.sql"))
    .map((name) => `not in any migration yet:\n${readFileSync(join(copy, name), "utf8")}`);
}
