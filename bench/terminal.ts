/**
 * `node bench/terminal.ts`: CPU time of the terminal emulator for several kinds of output, compared with xterm.js. Both
 * read the text of every line.
 */
import xterm from "@xterm/headless";
import { createEmulator } from "../worker/terminal/emulator.ts";

const ROUNDS = 5;
const WRITE_BYTES = 64 * 1024;
/** xterm.js drops lines beyond its scrollback, so its buffer is read after this many lines. */
const XTERM_LINES = 800;
const SIZE = { columns: 160, rows: 50 };

const TEXT = "The quick brown fox jumps over the lazy dog, and so on until the line is 80 wide\r\n";
const COLOURED =
  "\u001b[32m10:00:00\u001b[0m \u001b[1;33mWARN\u001b[0m copying \u001b[38;5;120mphp-1.45\u001b[0m to \u001b[4mhost\u001b[0m\r\n";

const inputs: Readonly<Record<string, Buffer>> = {
  "short lines": Buffer.from(Array.from({ length: 200_000 }, (_, index) => `line ${index}\r\n`).join("")),
  "80 columns": Buffer.from(TEXT.repeat(80_000)),
  "coloured lines": Buffer.from(COLOURED.repeat(60_000)),
  "wide characters": Buffer.from("漢字かな交じり文 and — some ✓ marks 🐌 here\r\n".repeat(60_000)),
  "one long line": Buffer.from("x".repeat(5_000_000)),
};

for (const [name, bytes] of Object.entries(inputs)) {
  const own = measure(() => drawOwn(bytes));
  const other = measure(() => drawXterm(bytes));
  console.log(`${name.padEnd(16)} ${rate(bytes, own)}   xterm.js ${rate(bytes, other)}`);
}

type Measured = { ms: number; lines: number };

function measure(draw: () => number): Measured {
  let best = Infinity;
  let lines = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    lines = draw();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return { ms: best, lines };
}

function rate(bytes: Buffer, { ms, lines }: Measured): string {
  return `${(bytes.length / 1000 / ms).toFixed(0).padStart(4)} MB/s ${(lines / ms).toFixed(0).padStart(5)} k lines/s`;
}

function drawOwn(bytes: Buffer): number {
  const emulator = createEmulator(SIZE);
  let lines = 0;
  for (let from = 0; from < bytes.length; from += WRITE_BYTES) {
    emulator.write(bytes.subarray(from, from + WRITE_BYTES), from);
    lines += emulator.takeSettled().length;
    emulator.takeCompleted();
  }
  return lines;
}

function drawXterm(bytes: Buffer): number {
  const terminal = new xterm.Terminal({
    cols: SIZE.columns,
    rows: SIZE.rows,
    scrollback: 2 * XTERM_LINES,
    allowProposedApi: true,
    logLevel: "off",
  });
  const { _core: core } = terminal as unknown as { _core: { writeSync(bytes: Uint8Array): void } };
  const { normal } = terminal.buffer;
  let lines = 0;
  let marker = terminal.registerMarker(0);
  for (let from = 0; from < bytes.length;) {
    const to = chunkEnd(bytes, from);
    core.writeSync(bytes.subarray(from, to));
    from = to;
    for (let row = Math.max(0, marker?.line ?? 0); row < normal.baseY; row += 1) {
      if (normal.getLine(row)?.translateToString(true) !== undefined) lines += 1;
    }
    marker?.dispose();
    marker = terminal.registerMarker(-normal.cursorY);
  }
  terminal.dispose();
  return lines;
}

function chunkEnd(bytes: Buffer, from: number): number {
  const limit = Math.min(from + WRITE_BYTES, bytes.length);
  for (let at = from, count = 0; at < limit; at += 1) {
    if (bytes[at] === 0x0a) count += 1;
    if (count === XTERM_LINES) return at + 1;
  }
  return limit;
}
