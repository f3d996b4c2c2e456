/**
 * `npm run bench`: measures a SpiderPig of its own and prints one table.
 *
 *   npm run bench                     all figures, about twelve minutes
 *   npm run bench -- 1 3              these
 *   npm run bench -- --json out.json  the table also as JSON
 *
 * BENCH_ROUNDS (100), BENCH_SILENT_SECONDS (60) and BENCH_OUTAGE_SECONDS (60) change how long is looked. A missed bar
 * is said in the table and is no failure: figures depend on the machine and on what else it does.
 */
import { writeFileSync } from "node:fs";
import { beginStep, say } from "../scripts/steps.ts";
import { readArguments, type Asked, UsageFault } from "./arguments.ts";
import { FIGURES } from "./figures/all.ts";
import { describeMachine, load, machineText } from "./machine.ts";
import type { Row } from "./measure/result.ts";
import { table } from "./table.ts";
import { startWorld, type World } from "./world/world.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());

try {
  const known = FIGURES.map((figure) => figure.number);
  await run(readArguments(process.argv.slice(2), known, process.env));
} catch (cause) {
  process.exitCode = 1;
  if (stopping.signal.aborted) say("  stopped");
  else if (cause instanceof UsageFault) process.stderr.write(`${cause.message}\n`);
  else throw cause;
}

async function run(asked: Asked): Promise<void> {
  const loadBefore = load();
  const world = await startWorld(stopping.signal);
  const aborted = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    const machine = await describeMachine(world, loadBefore);
    const rows: Row[] = [];
    const faults: string[] = [];
    for (const figure of FIGURES.filter(({ number }) => asked.figures.has(number))) {
      const measured = await Promise.race([measure(figure, world, asked).catch(asFault), aborted]);
      if (measured instanceof Error) faults.push(`figure ${figure.number}: ${measured.message}`);
      else rows.push(...measured);
    }
    say(`\n${table(rows)}\n\n${machineText(machine)}, load after ${load().toFixed(1)}`);
    for (const fault of faults) say(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
    if (asked.json !== undefined) {
      writeFileSync(asked.json, `${JSON.stringify({ machine, loadAfter: load(), rows }, null, 2)}\n`);
    }
  } finally {
    await world.close();
  }
}

async function measure(figure: (typeof FIGURES)[number], world: World, asked: Asked): Promise<Row[]> {
  const shown = beginStep(`figure ${figure.number}`, figure.name);
  try {
    const rows = await figure.run(world, asked.settings);
    shown.done(figure.name);
    return rows;
  } catch (cause) {
    shown.failed(figure.name);
    throw cause;
  } finally {
    await world.stopWorkers();
  }
}

/** One figure that cannot be taken is no reason to lose the others. */
function asFault(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
