// When a fact of the kernel and what the screen says are enough to ask a person. The table of the README, as code.
import type { ReadFact, Recognition } from "./types.ts";

/** An unrecognised read is shown only when it lasts: programs also read what was typed ahead. */
const UNRECOGNISED_AFTER_MS = 1000;
/** A program that polls may be doing something else as well; only silence makes a question of it. */
const WEAK_QUIET_MS = 1000;
/** A program that polls nothing but its terminal, without end, waits for a person even without a known word. */
export const SILENT_POLL_AFTER_MS = 5000;

export type Opening =
  | { when: "now" }
  | { when: "afterRead"; ms: number }
  | { when: "afterQuiet"; ms: number }
  | { when: "never" };

const NOW: Opening = { when: "now" };
const NEVER: Opening = { when: "never" };

export function openingOf(fact: ReadFact, recognition: Recognition): Opening {
  const { confidence } = recognition;
  // Nobody turns the echo off but to ask for a secret. The words do not matter, nor who exactly reads.
  if (fact.mode === "secret") return NOW;
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

/** Programs that scap runs and that ask for themselves on its terminal. */
const ASKS_ITSELF = /^(?:\S*\/)?(?:git|ssh)(?:-\S*)?(?: |$)/;

/**
 * Whether somebody else than scap reads: scap asks for no secrets, and is neither git nor ssh. An ssh that carries scap's
 * terminal from another host does not read, it polls.
 */
export function isNotScaps({ mode, how, command = "" }: ReadFact): boolean {
  return mode === "secret" || (how === "read" && ASKS_ITSELF.test(command));
}

function whenHigh(confidence: Recognition["confidence"]): Opening {
  return confidence === "high" ? { when: "afterQuiet", ms: WEAK_QUIET_MS } : NEVER;
}
