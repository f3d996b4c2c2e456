// How fast output goes from the terminal into the database, when a program floods it.
import { LINES, storeMillionLines } from "../measure/million-lines.ts";
import { rateRow } from "../measure/result.ts";
import type { Figure } from "./figure.ts";

const RUNS = 5;

export const throughput: Figure = {
  number: 4,
  name: "lines into the database",
  async run(world) {
    const rates: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const { tookMs } = await storeMillionLines(world);
      rates.push(LINES / (tookMs / 1000));
    }
    const name = "a million short lines, first printed → last committed";
    return [rateRow({ figure: 4, name, unit: "lines/s" }, rates, 300_000)];
  },
};
