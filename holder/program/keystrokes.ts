// What is typed for the text of an answer, by the mode of the terminal, and which texts are refused: keys that send a signal or stop the
// output, and control characters in a line.
import type { TerminalMode } from "../protocol/messages.ts";

/** A line of 4095 bytes with its newline is the longest that the kernel's line editor keeps. */
const LINE_BYTES_MAX = 4094;
const KEY_BYTES_MAX = 8;
/** ^C, ^Q, ^S, ^Z, ^\ */
const SIGNAL_KEYS = new Set([0x03, 0x11, 0x13, 0x1a, 0x1c]);
const END_OF_INPUT = "\x04";
const KILL_LINE = "\x15";
const ENDS = new Set<string | undefined>(["\r", "\n", END_OF_INPUT]);

/** The bytes to type for a text; undefined when it must not be typed. */
export function encodeKeystrokes(text: string, mode: TerminalMode): Buffer | undefined {
  const bytes = Buffer.from(text);
  if (mode === "key") return isKey(bytes) || isEdited(text, bytes) ? bytes : undefined;
  // The end of input is not a line and gets no newline. It is refused where typed text is hidden: no secret ends with it.
  if (text === END_OF_INPUT && mode === "line") return bytes;
  return hasControls(text) || bytes.length > LINE_BYTES_MAX ? undefined : Buffer.from(`${text}\n`);
}

/** One key press, escape sequences included, but never one that sends a signal or stops the output. */
function isKey(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length <= KEY_BYTES_MAX && !bytes.some((byte) => SIGNAL_KEYS.has(byte));
}

/**
 * A text for a program that edits lines itself (readline) or draws its screen. Ctrl-U before it replaces the current line, and
 * a key after it may end it.
 */
function isEdited(text: string, bytes: Buffer): boolean {
  const from = text.startsWith(KILL_LINE) ? 1 : 0;
  const to = ENDS.has(text.at(-1)) ? -1 : text.length;
  return bytes.length <= LINE_BYTES_MAX + 2 && text !== "" && !hasControls(text.slice(from, to));
}

function hasControls(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what must not get through
  return /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u.test(text);
}
