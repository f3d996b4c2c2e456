/**
 * `npm run baseline`: regenerates the baseline migration after a change of the tables; until the first release only. With
 * --check it changes nothing, and fails when the migrations do not lead to the tables in lib/db/schema.
 *
 * drizzle-kit makes the migration, in a folder of its own. The same tables always give the same files: its random id and its
 * time are replaced.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { environment, inProject, ROOT } from "../scripts/root.ts";

const FILES = ["0000_baseline.sql", "meta/0000_snapshot.json", "meta/_journal.json"];
/** Before the generated statements. drizzle-kit knows the operator class of an index, but not the extension it comes from. */
const BEGINNING = `-- Previous version: may keep running.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
`;
const ID = "00000000-0000-0000-0000-000000000001";
/** Earlier than any later migration. */
const MADE_AT = Date.UTC(2026, 0, 1);

const folder = `.cache/baseline-${process.pid}`;
const made = inProject(folder);
const isCheck = process.argv.includes("--check");
const isReleased = existsSync(inProject("drizzle/meta/0001_snapshot.json"));

mkdirSync(inProject(".cache"), { recursive: true });
try {
  if (isCheck) {
    report(isReleased ? missingMigrations() : staleFiles());
  } else if (isReleased) {
    report(["migrations build on the baseline: add one with npx drizzle-kit generate instead"]);
  } else {
    writeBaseline();
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}

function writeBaseline(): void {
  generateBaseline();
  mkdirSync(inProject("drizzle/meta"), { recursive: true });
  for (const name of FILES) copyFileSync(join(made, name), inProject("drizzle", name));
}

function staleFiles(): string[] {
  generateBaseline();
  const isStale = (name: string): boolean =>
    readFileSync(join(made, name), "utf8") !== readFileSync(inProject("drizzle", name), "utf8");
  return FILES.filter(isStale).map(
    (name) => `drizzle/${name} differs from the tables in lib/db/schema: run npm run baseline`,
  );
}

/** Once there are migrations behind the baseline, drizzle-kit must find nothing to add. */
function missingMigrations(): string[] {
  cpSync(inProject("drizzle"), made, { recursive: true });
  runDrizzleKit("drift");
  return readdirSync(made)
    .filter((name) => name.endsWith("_drift.sql"))
    .map((name) => `in no migration yet:\n${readFileSync(join(made, name), "utf8")}`);
}

function report(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

function generateBaseline(): void {
  runDrizzleKit("baseline");
  const edit = (name: string, change: (text: string) => string): void =>
    writeFileSync(join(made, name), change(readFileSync(join(made, name), "utf8")));
  edit("0000_baseline.sql", (text) => `${BEGINNING}${text}\n`);
  edit("meta/0000_snapshot.json", (text) => text.replace(/"id": "[^"]*"/, `"id": "${ID}"`));
  edit("meta/_journal.json", (text) => text.replace(/"when": \d+/, `"when": ${MADE_AT}`));
}

function runDrizzleKit(name: string): void {
  const config = inProject(`${folder}.config.ts`);
  writeFileSync(
    config,
    `import base from "../drizzle.config.ts";\nexport default { ...base, out: "./${folder}" };\n`,
  );
  try {
    const done = spawnSync("drizzle-kit", ["generate", "--config", `${folder}.config.ts`, "--name", name], {
      cwd: ROOT,
      env: environment({ CI: "true" }),
      encoding: "utf8",
    });
    if (done.status !== 0) throw new Error(`drizzle-kit failed:\n${done.stdout}${done.stderr}`);
  } finally {
    rmSync(config, { force: true });
  }
}
