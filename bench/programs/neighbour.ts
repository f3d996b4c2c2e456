// One of two jobs that run at the same time. The mode file says which: `flood` prints hostile output as fast as possible,
// anything else asks one question.
//
//   neighbour.ts <mode file> <bytes of the flood>
import "./version.ts";
import { readFileSync, readSync, writeSync } from "node:fs";

const [modeFile = "", floodBytes = "0"] = process.argv.slice(2);

/** Escape sequences without text, scrolling, erasing, huge parameters, and the start of a scap protocol message. */
const HOSTILE =
  '\u001b[m\u001b[m\u001b[1;31m\u001b[2147483647S\u001b[999999999b\u001b[2J\r\r{"\u001b]8;;x\u001b]0;12:00:00 Started\n';

if (readFileSync(modeFile, "utf8") === "flood") {
  const block = HOSTILE.repeat(500);
  for (let printed = 0; printed < Number(floodBytes); printed += block.length) writeSync(1, block);
} else {
  writeSync(1, "Continue with sync? [y/N]: ");
  readSync(0, Buffer.alloc(256));
}
