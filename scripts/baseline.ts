/** `npm run baseline`: writes the baseline migration anew after a change of the tables. Only until the first release. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BASELINE_FILES, generateBaseline } from "./generate-baseline.ts";
import { inProject } from "./root.ts";

if (existsSync(inProject("drizzle/meta/0001_snapshot.json"))) {
  process.stderr.write(
    "later migrations build on the baseline: add one with npx drizzle-kit generate instead\n",
  );
  process.exit(1);
}
mkdirSync(inProject(".cache"), { recursive: true });
mkdirSync(inProject("drizzle/meta"), { recursive: true });
const folder = inProject(`.cache/baseline-${process.pid}`);
try {
  generateBaseline(folder);
  for (const name of BASELINE_FILES) copyFileSync(join(folder, name), inProject("drizzle", name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
