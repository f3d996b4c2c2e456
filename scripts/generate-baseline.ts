/**
 * The baseline migration, made by drizzle-kit from the tables that the code declares, in a folder of its own. The same
 * tables always give the same files: drizzle-kit's random id and its time of generation are replaced.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { environment, inProject, ROOT } from "./root.ts";

/** What one run writes, relative to drizzle/. */
export const BASELINE_FILES = ["0000_baseline.sql", "meta/0000_snapshot.json", "meta/_journal.json"];

const FIRST_LINE = "-- Old code: may go on running.\n";
const ID = "00000000-0000-0000-0000-000000000001";
/** Earlier than any later migration. */
const MADE_AT = Date.UTC(2026, 0, 1);

/** Leaves BASELINE_FILES below the folder. @throws what drizzle-kit says. */
export function generateBaseline(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  runDrizzleKit(folder, "baseline");
  const edit = (name: string, change: (text: string) => string): void => {
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  };
  edit("0000_baseline.sql", (text) => `${FIRST_LINE}${text}\n`);
  edit("meta/0000_snapshot.json", (text) => text.replace(/"id": "[^"]*"/, `"id": "${ID}"`));
  edit("meta/_journal.json", (text) => text.replace(/"when": \d+/, `"when": ${MADE_AT}`));
}

/** Has drizzle-kit write the next migration below the folder. Resolves with what it said. */
export function runDrizzleKit(folder: string, name: string): string {
  const configuration = `${folder}.config.ts`;
  writeFileSync(
    configuration,
    `import original from "${relative(join(folder, ".."), inProject("drizzle.config.ts"))}";
export default { ...original, out: ${JSON.stringify(`./${relative(ROOT, folder)}`)} };\n`,
  );
  try {
    const done = spawnSync(
      "drizzle-kit",
      ["generate", "--config", relative(ROOT, configuration), "--name", name],
      { cwd: ROOT, env: environment({ CI: "true" }), encoding: "utf8" },
    );
    if (done.status !== 0) throw new Error(`drizzle-kit failed:\n${done.stdout}${done.stderr}`);
    return done.stdout;
  } finally {
    rmSync(configuration, { force: true });
  }
}
