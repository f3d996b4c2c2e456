// Loads any part of a long log, as the page does when a user scrolls.
import { logPage } from "#lib/contract/log.ts";
import { LINES, someMillionLines } from "../measure/million-lines.ts";
import { latencyRow } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

const WINDOW = 500;
const WARM_UP = 10;

export const logWindow: Benchmark = {
  number: 5,
  name: "a window of the log",
  async run(installation, { rounds }) {
    const { jobId } = await someMillionLines(installation);
    const samples: number[] = [];
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const fromLine = 1 + Math.floor(Math.random() * (LINES - WINDOW));
      const path = `/api/jobs/${jobId}/log?fromLine=${fromLine}&limit=${WINDOW}`;
      const answered = await installation.client.send("GET", path);
      const { lines } = logPage.parse(JSON.parse(answered.text));
      if (lines.length !== WINDOW || lines[0]?.text !== String(fromLine)) {
        throw new Error(`the window from line ${fromLine} does not match the printed lines`);
      }
      if (round >= WARM_UP) samples.push(answered.receivedAt - answered.sentAt);
    }
    const name = `any ${WINDOW} lines of a million over HTTP`;
    return [latencyRow({ benchmark: 5, name }, samples, { p50: 20 })];
  },
};
