// `npm run test:soak -- [--jobs 1000 [--minutes 60]] [--gigabytes 1] [--open-minutes 5]`: exits with 1 when something is left or grew.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startStack } from "../support/stack.ts";
import { withPostgres } from "../support/temporary-postgres.ts";
import { runLongJob } from "./long-job.ts";
import { type SoakResult, runManyJobs } from "./many-jobs.ts";
import { runOpenPrompt } from "./open-prompt.ts";

const USAGE = "usage: npm run test:soak -- [--jobs 1000 [--minutes 60]] [--gigabytes 1] [--open-minutes 5]";
const GIGABYTE = 1024 ** 3;
if (process.argv.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const { values } = parseArgs({
  options: {
    jobs: { type: "string" },
    minutes: { type: "string" },
    gigabytes: { type: "string" },
    "open-minutes": { type: "string" },
  },
});
const isPlain =
  values.jobs === undefined && values.gigabytes === undefined && values["open-minutes"] === undefined;
const jobs = Number(values.jobs ?? (isPlain ? 1000 : 0));
const gigabytes = Number(values.gigabytes ?? 0);
const openMinutes = Number(values["open-minutes"] ?? 0);
const minutes = Number(values.minutes ?? 0);
if (!Number.isInteger(jobs) || jobs < 0 || !(gigabytes >= 0) || !(openMinutes >= 0) || !(minutes >= 0)) {
  console.error(USAGE);
  process.exit(1);
}

const cleaners: (() => Promise<void>)[] = [];
const say = (line: string): void => console.log(`  ${line}`);
const found: SoakResult[] = [];
await withPostgres(false, async () => {
  try {
    const stack = await startStack((clean) => void cleaners.push(clean));
    const worker = await stack.startWorker();
    if (jobs > 0) found.push(await runManyJobs(stack, worker, { jobs, minutes, say }));
    if (gigabytes > 0) found.push(await runLongJob(stack, worker, { bytes: gigabytes * GIGABYTE, say }));
    if (openMinutes > 0) found.push(await runOpenPrompt(stack, worker, { minutes: openMinutes, say }));
  } finally {
    for (const clean of cleaners) await clean();
  }
});
for (const line of found.flatMap(({ measurements }) => measurements)) console.log(line);
console.log(
  `processes ready to run on this machine, over the last 1, 5 and 15 minutes: ${loadavg()
    .map((one) => one.toFixed(1))
    .join(", ")}`,
);
const violations = found.flatMap((left) => left.violations);
for (const violation of violations) console.log(`FAILED: ${violation}`);
process.exit(violations.length > 0 ? 1 : 0);
