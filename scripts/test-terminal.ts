// `npm run test:terminal -- --runs 10000 --seed 1`: the emulator and xterm.js draw generated programs, and the first
// difference is printed with its seed and the smallest program that has it.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { ROOT } from "./root.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error("usage: npm run test:terminal -- --runs 10000 --seed 1");
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ["--test", "tests/terminal/differential.test.ts"], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, TERMINAL_RUNS: String(runs), TERMINAL_SEED: String(seed) },
});
process.exitCode = status ?? 1;
