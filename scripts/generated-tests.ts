// `npm run test:prompts -- [--runs 5000]` and `npm run test:terminal -- [--runs 10000]`: the tests with generated input, with
// more of it than in `npm test`.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { inProject } from "./root.ts";

const SUITES = {
  prompts: {
    variable: "PROMPT_RUNS",
    runs: 5000,
    files: ["generated", "decide-model", "fuzz", "protocol", "answer", "live"].map(
      (name) => `tests/worker/prompt/${name}.test.ts`,
    ),
  },
  terminal: {
    variable: "TERMINAL_RUNS",
    runs: 10_000,
    files: ["tests/worker/terminal/differential.test.ts"],
  },
};

const { values, positionals } = parseArgs({
  options: { runs: { type: "string" } },
  allowPositionals: true,
});
const suite = SUITES[positionals[0] === "prompts" ? "prompts" : "terminal"];
const runs = values.runs ?? String(suite.runs);
if (!/^[1-9]\d*$/.test(runs)) {
  console.error(`--runs is a positive number, not ${runs}.`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=2", ...suite.files.map((file) => inProject(file))],
  {
    stdio: "inherit",
    env: { ...process.env, [suite.variable]: runs },
  },
);
process.exit(status ?? 1);
