// Prints lines of 100 bytes at a constant rate, by blocking writes: print.ts <bytes per second>
import { writeSync } from "node:fs";
import { now } from "../clock.ts";

const bytesPerMs = Number(process.argv[2]) / 1000;
const line = `${"sibling ".repeat(12)}..\r\n`;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const begunAt = now();
let printed = 0;
for (;;) {
  const lines = Math.floor(((now() - begunAt) * bytesPerMs - printed) / line.length);
  if (lines > 0) {
    writeSync(1, line.repeat(lines));
    printed += lines * line.length;
  }
  Atomics.wait(sleeper, 0, 0, 2);
}
