// `npm run test:chaos -- --rounds 20 [--seed 7] [--verbose]`: fault injection during deployments. The same seed gives the same
// plan of faults. Exits with 1 when a guarantee was violated; the directory of that round is kept.
// `--standby`: PostgreSQL has a synchronous standby, and fails over to it in each round.
// `--hosts`: rounds on two hosts with separate networks, which needs root.
import { parseArgs } from "node:util";
import { buildPages } from "../../scripts/pages.ts";
import { inProject } from "../../scripts/root.ts";
import { step } from "../../scripts/steps.ts";
import { withPostgres } from "../support/temporary-postgres.ts";
import { runHostsRounds } from "./hosts/run.ts";
import { runRounds, summarise } from "./run.ts";

const USAGE = "usage: npm run test:chaos -- [--rounds 20] [--seed 7] [--standby | --hosts] [--verbose]";
if (process.argv.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string" },
    standby: { type: "boolean", default: false },
    hosts: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
const count = Number(values.rounds);
const first = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) {
  console.error(USAGE);
  process.exit(1);
}
const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
const options = {
  seeds: Array.from({ length: count }, (_, index) => first + index),
  isVerbose: values.verbose,
  hasStandby: values.standby,
  say: (line: string) => console.log(line),
  signal: stopped.signal,
};
if (values.hosts) process.exit((await withPostgres(true, () => runHostsRounds(options))) > 0 ? 1 : 0);
const buildLog = inProject(".cache/build.log");
await step("pages", "building them if they have changed", () => buildPages(buildLog, stopped.signal));
const run = await runRounds(options);
console.log(summarise(run));
process.exit(run.broken.length > 0 ? 1 : 0);
