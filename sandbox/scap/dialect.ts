// The forms in which scap asked over the years. A dialect is one date in scap's history: a detector of prompts
// must understand each of them, so the sandbox can speak each of them. The words of the single questions,
// which changed too, are in wording.ts.
import { PlainExit } from "./errors.ts";

/** Oldest first. */
export const dialectNames = ["2022", "2024-09", "2025", "today"] as const;
export type DialectName = (typeof dialectNames)[number];

export type Dialect = {
  name: DialectName;
  version: string;
  /**
   * `words`: `(y/n): `, also takes yes and no, asks again without a word.
   * `brackets`: `[y/N]: `, takes y and n, Enter is the default, says what was invalid.
   */
  yesNo: { form: "words" | "brackets"; anyCase: boolean };
  /**
   * `numbered`: numbers and an arrow, no default. `printed`: the list is printed to standard output before the
   * question. `list-first`: one text that begins with the list. `preamble`: the list stands between what
   * happened and what is asked.
   */
  choices: "numbered" | "printed" | "list-first" | "preamble";
  /** What of the prompt-less protocol this scap knows. */
  protocol: "none" | "interactions" | "everything";
  /** Whether a failure offers to roll back every stage; before, scap gave up where it stood. */
  rollsBack: boolean;
};

const dialects: Record<DialectName, Dialect> = {
  "2022": {
    name: "2022",
    version: "4.28.1",
    yesNo: { form: "words", anyCase: true },
    // Lists came in 2024-02 only. The first form of them, which lived for a week, is spoken here, because the
    // yes/no form of this dialect was still in use then and no other dialect would show it.
    choices: "numbered",
    protocol: "none",
    rollsBack: false,
  },
  "2024-09": {
    name: "2024-09",
    version: "4.109.0",
    yesNo: { form: "brackets", anyCase: false },
    choices: "printed",
    protocol: "interactions",
    rollsBack: false,
  },
  "2025": {
    name: "2025",
    version: "4.190.0",
    yesNo: { form: "brackets", anyCase: true },
    choices: "list-first",
    protocol: "everything",
    rollsBack: false,
  },
  today: {
    name: "today",
    version: "4.283.0",
    yesNo: { form: "brackets", anyCase: true },
    choices: "preamble",
    protocol: "everything",
    rollsBack: true,
  },
};

/** @param name a dialect, or a dialect with `-terminal` behind it: then the protocol's key is ignored. */
export function dialectNamed(name: string): { dialect: Dialect; terminalOnly: boolean } {
  const bare = name.replace(/-terminal$/, "");
  const known = dialectNames.find((candidate) => candidate === bare);
  if (known === undefined) {
    throw new PlainExit(`SANDBOX_SCAP_DIALECT is '${name}', known are ${dialectNames.join(", ")}`);
  }
  return { dialect: dialects[known], terminalOnly: bare !== name };
}
