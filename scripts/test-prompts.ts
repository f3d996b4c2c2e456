// `npm run test:prompts -- --runs 5000`: the generated prompts and the fuzz of their parsers, in a long run. The
// seed of a failure is printed by fast-check.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { ROOT } from "./root.ts";

const FILES = ["generated", "decide-model", "fuzz", "protocol", "answer", "live"];

const { values } = parseArgs({ options: { runs: { type: "string", default: "5000" } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error("usage: npm run test:prompts -- --runs 5000");
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=2", ...FILES.map((name) => `tests/prompt/${name}.test.ts`)],
  { cwd: ROOT, stdio: "inherit", env: { ...process.env, PROMPT_RUNS: String(runs) } },
);
process.exitCode = status ?? 1;
