/** Files that programs write their output to: opened for appending, moved aside at the start when they have grown. */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

const ROTATE_BYTES = 5_000_000;
const TAIL_BYTES = 64_000;

/** Descriptor to hand to a program. The caller closes its own. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

/** The last lines of a file, without reading all of a large one; empty when there is none. */
export function lastLines(path: string, count: number): string {
  if (!existsSync(path)) return "";
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.toString("utf8").trimEnd().split("\n").slice(-count).join("\n");
  } finally {
    closeSync(file);
  }
}
