// Redraws its output like programs that show progress: display.ts spinner|layers <seconds>
//
// `spinner` erases its line and prints it again 50 times a second. `layers` shows 57 progress bars, like an image pull,
// and redraws some of them 20 times a second.
import "./version.ts";
import { writeSync } from "node:fs";

const ESC = "\u001b";
const SPINNER_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const ROWS = 57;
const CHANGED_ROWS = 8;

const [kind, seconds = "0"] = process.argv.slice(2);
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function pause(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}

function spin(): void {
  const frames = Number(seconds) * 50;
  for (let frame = 0; frame < frames; frame += 1) {
    const sign = SPINNER_FRAMES.charAt(frame % SPINNER_FRAMES.length);
    writeSync(1, `${ESC}[2K${ESC}[1G${sign} building the image, step ${frame} of ${frames}`);
    pause(20);
  }
  writeSync(1, `${ESC}[2K${ESC}[1Gbuilt\r\n`);
}

function pull(): void {
  const row = (index: number, percent: number) =>
    `${(0xabc000 + index * 7919).toString(16)}: Downloading [${"=".repeat(percent / 2).padEnd(50)}] ${percent}%`;
  const done = Array.from({ length: ROWS }, () => 0);
  writeSync(1, done.map((percent, index) => `${row(index, percent)}\r\n`).join(""));
  const frames = Number(seconds) * 20;
  for (let frame = 0; frame < frames; frame += 1) {
    let drawn = "";
    for (let changed = 0; changed < CHANGED_ROWS; changed += 1) {
      const index = (frame * CHANGED_ROWS + changed) % ROWS;
      const percent = Math.min(100, Math.floor((100 * frame) / frames) + (index % 5));
      done[index] = percent;
      const up = ROWS - index;
      drawn += `${ESC}[${up}A${ESC}[2K\r${row(index, percent)}\r${ESC}[${up}B`;
    }
    writeSync(1, drawn);
    pause(50);
  }
}

if (kind === "spinner") spin();
else pull();
