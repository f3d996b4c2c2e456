// When a read and what the screen shows are enough to open a question: the table of the README as code.
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Recognition } from "./types.ts";

/** An unrecognised read opens only if it lasts: programs also read input that was typed ahead. */
const UNRECOGNISED_AFTER_MS = 1000;
/** A program that polls may do other work as well; only silence indicates a question. */
const WEAK_QUIET_MS = 1000;
/** A program that polls only its terminal, without a timeout, waits for a person, whatever it prints. */
export const SILENT_POLL_AFTER_MS = 5000;
/** A program that reads keys and does other work, on the normal screen. */
const RAW_BESIDE_OTHERS_QUIET_MS = 3000;
/** A full-screen program of another user: the kernel shows only that it sleeps. */
const UNREADABLE_QUIET_MS = 2000;
/** How long a program may take to redraw after a key. */
const AFTER_KEY_QUIET_MS = 80;
/** A program that prints continuously must be answerable too. */
const AFTER_KEY_LATEST_MS = 400;

export type Opening =
  | { when: "now" }
  /** After the start of this read. */
  | { when: "afterRead"; ms: number }
  /** After the start of the first of consecutive reads by this process. */
  | { when: "afterReader"; ms: number }
  | { when: "afterQuiet"; ms: number; latestMs?: number }
  | { when: "never" };

const NOW: Opening = { when: "now" };
const NEVER: Opening = { when: "never" };

export type Circumstances = {
  /** A key was typed for this process a moment ago. */
  isAfterKey: boolean;
  /** The program uses the alternate screen, or asked for cursor keys in application mode, as only a program does that reads them. */
  ownsScreen: boolean;
};

export function openingOf(
  fact: Reading,
  recognition: Recognition,
  circumstances: Circumstances = { isAfterKey: false, ownsScreen: false },
): Opening {
  const { confidence } = recognition;
  // A program turns the echo off only to ask for a secret, whatever it prints and whichever thread reads.
  if (fact.mode === "secret") return NOW;
  if (fact.mode === "key") return openingOfKeys(fact, recognition, circumstances);
  switch (fact.how) {
    case "read":
      // A helper thread may wait in a read for the whole run while the main thread works.
      if (!fact.mainThread) return confidence === "high" ? NOW : NEVER;
      return confidence === "none" ? { when: "afterRead", ms: UNRECOGNISED_AFTER_MS } : NOW;
    case "poll":
      if (fact.hasTimeout || !fact.onlyTerminal) return whenHigh(confidence);
      if (!fact.mainThread) return confidence === "high" ? NOW : NEVER;
      return confidence === "none" ? { when: "afterRead", ms: SILENT_POLL_AFTER_MS } : NOW;
    case "unknown":
      return whenHigh(confidence);
  }
}

/**
 * The terminal passes single keys: the program expects a person to press them, whichever thread reads. Only a process that
 * cannot be inspected may be doing something else.
 */
function openingOfKeys(
  fact: Reading,
  { kind, confidence }: Recognition,
  { isAfterKey, ownsScreen }: Circumstances,
): Opening {
  if (fact.how === "unknown") {
    // It sleeps, on a screen of its own, with single keys: it can only wait for a key.
    return ownsScreen ? { when: "afterQuiet", ms: UNREADABLE_QUIET_MS } : whenHigh(confidence);
  }
  if (isAfterKey && kind === "screen") {
    return { when: "afterQuiet", ms: AFTER_KEY_QUIET_MS, latestMs: AFTER_KEY_LATEST_MS };
  }
  const isAlone = fact.how === "read" || (!fact.hasTimeout && fact.onlyTerminal);
  if (kind !== "screen") return isAlone ? NOW : { when: "afterQuiet", ms: WEAK_QUIET_MS };
  if (isAlone && confidence === "high") return NOW;
  // Many such programs redraw their screen continuously: no silence is required.
  if (isAlone || ownsScreen) return { when: "afterReader", ms: UNRECOGNISED_AFTER_MS };
  return { when: "afterQuiet", ms: RAW_BESIDE_OTHERS_QUIET_MS };
}

/** Programs that scap runs and that ask questions of their own on its terminal. */
const ASKS_ITSELF = /^(?:\S*\/)?(?:git|ssh)(?:-\S*)?(?: |$)/;

/**
 * Whether a program other than scap reads: scap asks for no secrets, and is neither git nor ssh. An ssh that carries scap's
 * terminal from another host polls and does not read.
 */
export function isReadByOtherProgram({ mode, how, command }: Reading): boolean {
  return mode === "secret" || (how === "read" && ASKS_ITSELF.test(command));
}

function whenHigh(confidence: Recognition["confidence"]): Opening {
  return confidence === "high" ? { when: "afterQuiet", ms: WEAK_QUIET_MS } : NEVER;
}
