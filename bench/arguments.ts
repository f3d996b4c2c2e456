// What was asked for on the command line and in the environment.
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Settings } from "./figures/figure.ts";

export type Asked = { figures: ReadonlySet<number>; json: string | undefined; settings: Settings };

/** Said to a person as it is. */
export class UsageFault extends Error {}

const settingsSchema = z.object({
  BENCH_ROUNDS: z.coerce.number().int().min(1).default(100),
  BENCH_SILENT_SECONDS: z.coerce.number().positive().default(60),
  BENCH_OUTAGE_SECONDS: z.coerce.number().positive().default(60),
});

/** @param known numbers of the figures there are. @throws UsageFault */
export function readArguments(
  args: readonly string[],
  known: readonly number[],
  env: Record<string, string | undefined>,
): Asked {
  const usage = `usage: npm run bench -- [figures, of ${known.join(" ")}] [--json <file>]`;
  const { values, positionals } = parse(args, usage);
  const figures = positionals.map(Number);
  if (!figures.every((figure) => known.includes(figure))) throw new UsageFault(usage);
  const settings = settingsSchema.safeParse(env);
  if (!settings.success) {
    const faults = settings.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new UsageFault(faults.join("\n"));
  }
  return {
    figures: new Set(figures.length === 0 ? known : figures),
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
    throw new UsageFault(usage, { cause });
  }
}
