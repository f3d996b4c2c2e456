// Runs several rounds with two hosts.
import { planHostsRound, runHostsRound } from "./round.ts";
import { unsupportedReason } from "./host.ts";

/** @returns the number of failed rounds; 0 where hosts are not supported. */
export async function runHostsRounds(options: {
  seeds: readonly number[];
  isVerbose: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<number> {
  const { seeds, say, signal } = options;
  const why = unsupportedReason();
  if (why !== undefined) {
    say(`skipped: ${why}`);
    return 0;
  }
  let broken = 0;
  for (const seed of seeds) {
    if (signal.aborted) break;
    const cleaners: (() => Promise<void>)[] = [];
    const startedAt = performance.now();
    const plan = planHostsRound(seed);
    const report = options.isVerbose ? (line: string) => say(`  ${line}`) : () => undefined;
    const violations: string[] = [];
    try {
      const result = await runHostsRound(plan, (clean) => void cleaners.push(clean), report);
      violations.push(...result.violations);
      const took = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(`hosts, seed ${seed}: ${took} s, ${result.outcomes.join(", ")}; ${result.faults.join(", ")}`);
    } catch (cause) {
      violations.push(String(cause));
    }
    for (const clean of cleaners.toReversed()) {
      await clean().catch((cause: unknown) => violations.push(String(cause)));
    }
    if (violations.length > 0) broken += 1;
    for (const violation of violations) say(`  FAILED: ${violation}`);
  }
  say(`${seeds.length} rounds with two hosts, ${broken} failed`);
  return broken;
}
