// Rounds with two hosts, one after the other.
import { planHostsRound, runHostsRound } from "./round.ts";
import { whyNoHosts } from "./host.ts";

/** @returns how many rounds broke something; 0 also where hosts cannot be made, which is said. */
export async function runHostsRounds(options: {
  seeds: readonly number[];
  isVerbose: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<number> {
  const { seeds, say, signal } = options;
  const why = whyNoHosts();
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
    const tell = options.isVerbose ? (line: string) => say(`  ${line}`) : () => undefined;
    const faults: string[] = [];
    try {
      const result = await runHostsRound(plan, (clean) => void cleaners.push(clean), tell);
      faults.push(...result.faults);
      const took = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(`hosts, seed ${seed}: ${took} s, ${result.outcomes.join(", ")}; ${result.deeds.join(", ")}`);
    } catch (cause) {
      faults.push(String(cause));
    }
    for (const clean of cleaners.toReversed())
      await clean().catch((cause: unknown) => faults.push(String(cause)));
    if (faults.length > 0) broken += 1;
    for (const fault of faults) say(`  BROKEN: ${fault}`);
  }
  say(`${seeds.length} rounds with two hosts, ${broken} broken`);
  return broken;
}
