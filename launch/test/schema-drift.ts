/**
 * Fails when the tables that the code declares differ from what the migrations make: drizzle-kit is asked for the
 * next migration, in a copy, and must have nothing to say.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { environment, inProject, ROOT } from "../root.ts";

const workshop = inProject(`.cache/test/schema-drift-${process.pid}`);
mkdirSync(workshop, { recursive: true });
cpSync(inProject("drizzle"), join(workshop, "drizzle"), { recursive: true });
const out = `./${relative(ROOT, join(workshop, "drizzle"))}`;
const configuration = join(workshop, "drizzle.config.ts");
writeFileSync(
  configuration,
  `import original from "../../../drizzle.config.ts";\nexport default { ...original, out: ${JSON.stringify(out)} };\n`,
);

const said = spawnSync(
  "drizzle-kit",
  ["generate", "--config", relative(ROOT, configuration), "--name", "drift"],
  {
    cwd: ROOT,
    env: environment({ CI: "true" }),
    encoding: "utf8",
  },
);
const added = readdirSync(join(workshop, "drizzle")).filter((name) => name.endsWith("_drift.sql"));
if (said.status !== 0 || added.length > 0) {
  process.stdout.write(`${said.stdout}${said.stderr}\n`);
  for (const name of added)
    process.stdout.write(
      `not in any migration yet:\n${readFileSync(join(workshop, "drizzle", name), "utf8")}\n`,
    );
  process.exitCode = 1;
}
rmSync(workshop, { recursive: true, force: true });
