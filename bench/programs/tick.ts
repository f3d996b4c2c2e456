// Prints a line every 20 ms until it is stopped.
import "./version.ts";
import { writeSync } from "node:fs";

const sleeper = new Int32Array(new SharedArrayBuffer(4));
for (let n = 1; ; n += 1) {
  writeSync(1, `tick ${n}\r\n`);
  Atomics.wait(sleeper, 0, 0, 20);
}
