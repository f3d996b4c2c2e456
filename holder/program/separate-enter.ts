// Enter after an answer of one character, for a program that polls the terminal for keys.
//
// Such a program is a line editor, which waits for Enter, or it takes the character as the whole answer. For the second kind,
// Enter would be read by its next question, and answer it before a person has seen it. So Enter is typed only when the program
// shows what a line editor shows: it has printed, its cursor has not left the line, and it polls again.
import { setTimeout as sleep } from "node:timers/promises";
import { awaitConsumption } from "./consumption.ts";
import type { FenceOutcome } from "./fencing.ts";
import { isSameReader, isSameWait, type Wait } from "./input-wait.ts";
import type { ReadWatcher } from "./read-watcher.ts";
import type { Terminal } from "./terminal.ts";

type Typing = { readonly terminal: Terminal; readonly watcher: ReadWatcher; readonly isEnding: boolean };

/** A program that has shown nothing by then is no line editor. If it is one after all, the question is asked again. */
const ECHO_TIMEOUT_MS = 5000;
const CHECK_MS = 5;
const LINE_FEED = 0x0a;

/** How many bytes are typed first: all, unless the last of them is Enter after one character. */
export function firstPart(bytes: Buffer, { how }: Wait, mode: string): Buffer {
  const isCharacterAndEnter =
    bytes.length === 2 && bytes[0] !== undefined && bytes[0] > 0x20 && bytes[1] === 0x0d;
  return how === "poll" && mode === "key" && isCharacterAndEnter ? bytes.subarray(0, 1) : bytes;
}

/** What the terminal sends from now on. */
export type Echo = { isShown: boolean; hasLineFeed: boolean; stop(): void };

export function watchEcho(terminal: Terminal): Echo {
  const echo = { isShown: false, hasLineFeed: false, stop: () => terminal.observeOutput(undefined) };
  terminal.observeOutput((bytes) => {
    echo.isShown = true;
    echo.hasLineFeed ||= bytes.includes(LINE_FEED);
  });
  return echo;
}

/** @param asked the wait that the character was typed into, and was read by */
export async function typeEnterIfEdited(
  typing: Typing,
  asked: Wait,
  enter: Buffer,
  echo: Echo,
): Promise<void> {
  const deadline = performance.now() + ECHO_TIMEOUT_MS;
  while (performance.now() < deadline && !echo.hasLineFeed && !typing.isEnding) {
    const wait = echo.isShown ? typing.watcher.findRawWait() : undefined;
    if (wait !== undefined && isSameReader(asked, wait) && (await fenced(typing.terminal)) === "returned") {
      // Everything that the program printed before it polled has been received.
      const again = typing.watcher.findRawWait();
      if (
        !echo.hasLineFeed &&
        again !== undefined &&
        isSameWait(wait, again) &&
        again.switches === wait.switches
      ) {
        if (typing.terminal.type(enter) === enter.length) await awaitConsumption(typing, again, enter.length);
        return;
      }
    }
    await sleep(CHECK_MS);
  }
}

function fenced(terminal: Terminal): Promise<FenceOutcome> {
  return new Promise((resolve) => terminal.fence(resolve));
}
