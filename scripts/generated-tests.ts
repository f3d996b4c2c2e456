// `npm run test:prompts -- --runs 5000` and `npm run test:terminal -- --runs 10000 --seed 1`: the tests over generated
// input, in a long run. A failure prints its seed and the smallest input that fails.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { environment, ROOT } from "./root.ts";

const PROMPTS = ["generated", "decide-model", "fuzz", "protocol", "answer", "live"];
const SUITES = {
  prompts: {
    files: PROMPTS.map((name) => `tests/worker/prompt/${name}.test.ts`),
    runs: "5000",
    prefix: "PROMPT",
  },
  terminal: { files: ["tests/worker/terminal/differential.test.ts"], runs: "10000", prefix: "TERMINAL" },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string" }, seed: { type: "string", default: "1" } },
});
const { files, runs: defaultRuns, prefix } = SUITES[positionals[0] === "terminal" ? "terminal" : "prompts"];
const { runs = defaultRuns, seed } = values;
if (!/^[1-9]\d*$/.test(runs) || !/^\d+$/.test(seed)) {
  console.error(`usage: npm run test:prompts|test:terminal -- [--runs ${defaultRuns}] [--seed 1]`);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=2", ...files], {
  cwd: ROOT,
  stdio: "inherit",
  env: environment({ [`${prefix}_RUNS`]: runs, [`${prefix}_SEED`]: seed }),
});
process.exitCode = status ?? 1;
