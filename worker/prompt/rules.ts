// When a fact of the kernel and what the screen says are enough to ask a person. The table of the README, as code.
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Recognition } from "./types.ts";

/** An unrecognised read is shown only when it lasts: programs also read what was typed ahead. */
const UNRECOGNISED_AFTER_MS = 1000;
/** A program that polls may be doing something else as well; only silence makes a question of it. */
const WEAK_QUIET_MS = 1000;
/** A program that polls nothing but its terminal, without end, waits for a person even without a known word. */
export const SILENT_POLL_AFTER_MS = 5000;
/** One that takes keys and also does something else, on a screen that it does not own. */
const RAW_BESIDE_OTHERS_QUIET_MS = 3000;
/** A full-screen program of another user, of which the kernel shows only that it sleeps. */
const UNREADABLE_QUIET_MS = 2000;
/** After a key: so long the program may take to draw what it changes. */
const AFTER_KEY_QUIET_MS = 80;
/** It may never be quiet, and must be answerable all the same. */
const AFTER_KEY_LATEST_MS = 400;

export type Opening =
  | { when: "now" }
  /** Of this read. */
  | { when: "afterRead"; ms: number }
  /** Of the reads of this process, however many. */
  | { when: "afterReader"; ms: number }
  | { when: "afterQuiet"; ms: number; latestMs?: number }
  | { when: "never" };

const NOW: Opening = { when: "now" };
const NEVER: Opening = { when: "never" };

export type Circumstances = {
  /** The reader was given a key, and has not been asked about since. */
  isAfterKey: boolean;
  /** The program has taken the whole screen. */
  isAlternate: boolean;
};

export function openingOf(
  fact: Reading,
  recognition: Recognition,
  circumstances: Circumstances = { isAfterKey: false, isAlternate: false },
): Opening {
  const { confidence } = recognition;
  // Nobody turns the echo off but to ask for a secret. The words do not matter, nor who exactly reads.
  if (fact.mode === "secret") return NOW;
  if (fact.mode === "key") return openingOfKeys(fact, recognition, circumstances);
  switch (fact.how) {
    case "read":
      // A helper thread may sit in a read for the whole run while the main thread works.
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
 * The terminal hands over single keys: somebody is expected to press them, in whichever thread they are read. Only a
 * process that may not be looked into might be doing anything else.
 */
function openingOfKeys(
  fact: Reading,
  { kind, confidence }: Recognition,
  { isAfterKey, isAlternate }: Circumstances,
): Opening {
  if (fact.how === "unknown") {
    // It sleeps, on a screen that is its own, with the keys handed over: what else could it wait for.
    return isAlternate ? { when: "afterQuiet", ms: UNREADABLE_QUIET_MS } : whenHigh(confidence);
  }
  if (isAfterKey && kind === "screen") {
    return { when: "afterQuiet", ms: AFTER_KEY_QUIET_MS, latestMs: AFTER_KEY_LATEST_MS };
  }
  const isAlone = fact.how === "read" || (!fact.hasTimeout && fact.onlyTerminal);
  if (kind !== "screen") return isAlone ? NOW : { when: "afterQuiet", ms: WEAK_QUIET_MS };
  if (isAlone && confidence === "high") return NOW;
  // A screen that its program owns is drawn again and again by many: it need not be quiet.
  if (isAlone || isAlternate) return { when: "afterReader", ms: UNRECOGNISED_AFTER_MS };
  return { when: "afterQuiet", ms: RAW_BESIDE_OTHERS_QUIET_MS };
}

/** Programs that scap runs and that ask for themselves on its terminal. */
const ASKS_ITSELF = /^(?:\S*\/)?(?:git|ssh)(?:-\S*)?(?: |$)/;

/**
 * Whether somebody else than scap reads: scap asks for no secrets, and is neither git nor ssh. An ssh that carries scap's
 * terminal from another host does not read, it polls.
 */
export function isNotScaps({ mode, how, command }: Reading): boolean {
  return mode === "secret" || (how === "read" && ASKS_ITSELF.test(command));
}

function whenHigh(confidence: Recognition["confidence"]): Opening {
  return confidence === "high" ? { when: "afterQuiet", ms: WEAK_QUIET_MS } : NEVER;
}
