// Runs instead of scap: prints a few lines and asks, repeatedly, and records when each question was printed and when its
// answer was read.
//
//   ask.ts <report> <rounds> <bytes per second that a sibling prints on the same terminal>
//
// Like scap, it uses blocking calls on one thread.
import "./version.ts";
import { spawn } from "node:child_process";
import { appendFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { now } from "../clock.ts";

const [report = "", rounds = "0", siblingBytes = "0"] = process.argv.slice(2);
/** Between an answer and the next question, so that work for one does not overlap with the other. */
const PAUSE_MS = 60;
const PAUSE_SPREAD_MS = 60;

const input = Buffer.alloc(256);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const sibling =
  Number(siblingBytes) > 0
    ? spawn(process.execPath, [join(import.meta.dirname, "print.ts"), siblingBytes], { stdio: "inherit" })
    : undefined;

for (let round = 1; round <= Number(rounds); round += 1) {
  Atomics.wait(sleeper, 0, 0, PAUSE_MS + Math.random() * PAUSE_SPREAD_MS);
  writeSync(
    1,
    `12:00:00 Finished step-${round} (duration: 00m 00s)\r\nStep ${round} is live on test servers.\r\n`,
  );
  const printedAt = now();
  writeSync(1, "Continue with sync? [y/N]: ");
  readSync(0, input);
  const readAt = now();
  appendFileSync(report, `${printedAt} ${readAt}\n`);
}
sibling?.kill("SIGKILL");
