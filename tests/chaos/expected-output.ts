// Computes the expected terminal output of a deployment from the recordings: newlines as the kernel converts them, the echo of
// each answer, protocol lines as the log shows them, and the output of the children within that of the parent. It shares
// no code with SpiderPig.
import type { ScapProcess } from "./recordings.ts";

const SENSITIVE_NOTICE = "[a sensitive line is hidden here]";

/** @param key the protocol key of the job; a scap that ignores it prints plain text. */
export function expectedOutput({ out, prompts }: Pick<ScapProcess, "out" | "prompts">, key: string): Buffer {
  const mark = `{"iokey":"${key}"`;
  const parts: Buffer[] = [];
  let at = 0;
  for (const { text, hidden, read } of prompts) {
    const end = hidden ? endOfText(out, at, text) : endOfPrompt(out, at, text, mark);
    // scap was killed before it had printed the prompt.
    if (end === undefined) break;
    parts.push(out.subarray(at, end));
    if (read !== null && !hidden) parts.push(Buffer.from(`${read.text}\n`));
    at = end;
  }
  parts.push(out.subarray(at));
  return storedForm(Buffer.concat(parts), mark);
}

function endOfPrompt(out: Buffer, from: number, text: string, mark: string): number | undefined {
  const message = out.indexOf(`${mark},"type":"interaction"`, from);
  if (message !== -1) return out.indexOf("\n", message) + 1;
  return endOfText(out, from, text);
}

function endOfText(out: Buffer, from: number, text: string): number | undefined {
  const found = out.indexOf(text, from);
  return found === -1 ? undefined : found + Buffer.byteLength(text);
}

/** Newlines as the terminal sends them, and protocol lines as the log stores them. */
function storedForm(bytes: Buffer, mark: string): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf("\n", start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    const object = line.indexOf(mark);
    if (object === -1 || newline === -1) {
      parts.push(newline === -1 ? line : Buffer.concat([line.subarray(0, -1), Buffer.from("\r\n")]));
    } else {
      parts.push(line.subarray(0, object), Buffer.from(linesOf(line.subarray(object).toString())));
    }
    start = end;
  }
  return Buffer.concat(parts);
}

function linesOf(text: string): string {
  const message = JSON.parse(text) as { type: string; prompt?: string; line?: string; sensitive?: boolean };
  if (message.type === "interaction") {
    return (message.prompt ?? "")
      .split("\n")
      .map((line) => `${line}\r\n`)
      .join("");
  }
  if (message.type !== "line") return "";
  return `${message.sensitive === true ? SENSITIVE_NOTICE : message.line}\r\n`;
}

/**
 * Whether `whole` is `parent` with each of the children, in their order and in one piece, somewhere within it.
 * @param isCut it may end anywhere: the terminal was closed before scap had finished.
 * @returns what is wrong, or undefined.
 */
export function findMismatch(
  whole: Buffer,
  parent: Buffer,
  children: readonly Buffer[],
  { isCut = false } = {},
): string | undefined {
  let furthest = 0;
  return fits(0, 0, 0) ? undefined : describe();

  function fits(at: number, parentAt: number, childIndex: number): boolean {
    const common = commonLength(whole, at, parent, parentAt);
    furthest = Math.max(furthest, at + common);
    if (isCut && at + common === whole.length) return true;
    const child = children[childIndex];
    if (child === undefined) return at + common === whole.length && parentAt + common === parent.length;
    for (let step = common; step >= 0; step -= 1) {
      const taken = commonLength(whole, at + step, child, 0);
      furthest = Math.max(furthest, at + step + taken);
      if (isCut && at + step + taken === whole.length) return true;
      if (taken === child.length && fits(at + step + taken, parentAt + step, childIndex + 1)) return true;
    }
    return false;
  }

  function describe(): string {
    const around = JSON.stringify(
      whole.subarray(Math.max(0, furthest - 60), furthest + 60).toString("latin1"),
    );
    const lengths = `${whole.length} bytes stored, ${parent.length} + ${children.map((c) => c.length).join(" + ")} written`;
    return `${lengths}; nothing fits beyond byte ${furthest}: ${around}`;
  }
}

function commonLength(a: Buffer, aFrom: number, b: Buffer, bFrom: number): number {
  const bound = Math.min(a.length - aFrom, b.length - bFrom);
  if (a.subarray(aFrom, aFrom + bound).equals(b.subarray(bFrom, bFrom + bound))) return bound;
  let length = 0;
  while (length < bound && a[aFrom + length] === b[bFrom + length]) length += 1;
  return length;
}
