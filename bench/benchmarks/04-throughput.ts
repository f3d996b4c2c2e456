// How fast output is stored when a program floods the terminal.
import { LINES, storeMillionLines } from "../measure/million-lines.ts";
import { rateRow } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

const RUNS = 5;

export const throughput: Benchmark = {
  number: 4,
  name: "lines into the database",
  async run(installation) {
    const rates: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const { tookMs } = await storeMillionLines(installation);
      rates.push(LINES / (tookMs / 1000));
    }
    const name = "a million short lines, first printed → last committed";
    return [rateRow({ benchmark: 4, name, unit: "lines/s" }, rates, 300_000)];
  },
};
