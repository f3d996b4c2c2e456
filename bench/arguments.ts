// Parses the command line and the environment variables of `npm run bench`.
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Settings } from "./benchmarks/benchmark.ts";

/** The jobs of the history for `npm run bench -- history`. */
const HISTORY_JOBS = 1_000_000;

export type Arguments = { benchmarks: ReadonlySet<number>; json: string | undefined; settings: Settings };

/** Its message is printed as it is. */
export class UsageError extends Error {}

const settingsSchema = z.object({
  BENCH_ROUNDS: z.coerce.number().int().min(1).default(100),
  BENCH_SILENT_SECONDS: z.coerce.number().positive().default(60),
  BENCH_OUTAGE_SECONDS: z.coerce.number().positive().default(60),
});

export function usageText(known: readonly number[]): string {
  return `usage: npm run bench -- [numbers of benchmarks, of ${known.join(" ")}] [--json <file>]
       npm run bench -- history [--jobs <number>]`;
}

/** The number of jobs if the history is to be measured, which has an installation of its own. @throws UsageError */
export function readHistoryArguments(args: readonly string[], usage: string): number | undefined {
  if (args[0] !== "history") return undefined;
  const [, option, value, ...others] = args;
  if (option === undefined) return HISTORY_JOBS;
  const jobs = Number(value);
  if (option !== "--jobs" || !Number.isInteger(jobs) || jobs < 1 || others.length > 0) {
    throw new UsageError(usage);
  }
  return jobs;
}

/** @param known the numbers of all benchmarks. @throws UsageError */
export function readArguments(
  args: readonly string[],
  known: readonly number[],
  env: Record<string, string | undefined>,
): Arguments {
  const usage = usageText(known);
  const { values, positionals } = parse(args, usage);
  const benchmarks = positionals.map(Number);
  if (!benchmarks.every((benchmark) => known.includes(benchmark))) throw new UsageError(usage);
  const settings = settingsSchema.safeParse(env);
  if (!settings.success) {
    const issues = settings.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new UsageError(issues.join("\n"));
  }
  return {
    benchmarks: new Set(benchmarks.length === 0 ? known : benchmarks),
    json: values.json,
    settings: {
      rounds: settings.data.BENCH_ROUNDS,
      silentSeconds: settings.data.BENCH_SILENT_SECONDS,
      outageSeconds: settings.data.BENCH_OUTAGE_SECONDS,
    },
  };
}

function parse(args: readonly string[], usage: string) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: "string" } } });
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}
