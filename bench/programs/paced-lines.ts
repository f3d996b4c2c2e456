// Prints lines at a constant rate and records when each was printed:
//
//   paced-lines.ts <report> <lines per second> <lines>
import "./version.ts";
import { writeFileSync, writeSync } from "node:fs";
import { now } from "../clock.ts";

const [report = "", linesPerSecond = "0", lines = "0"] = process.argv.slice(2);
const everyMs = 1000 / Number(linesPerSecond);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const printedAt: number[] = [];
const begunAt = now();
for (let n = 1; n <= Number(lines); n += 1) {
  const waitMs = begunAt + n * everyMs - now();
  if (waitMs > 0) Atomics.wait(sleeper, 0, 0, waitMs);
  printedAt.push(now());
  writeSync(1, `12:00:00 line ${n} of what a deployment prints while people are watching it\r\n`);
}
writeFileSync(report, printedAt.join("\n"));
