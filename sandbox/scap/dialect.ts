// The forms of scap's questions: those of the current version, and those of the versions before scap could roll back.
// SpiderPig supports both. wording.ts has the texts of the questions.
import { PlainExit } from "./errors.ts";

/** Oldest first. */
export const dialectNames = ["2025", "today"] as const;

export type Dialect = {
  name: (typeof dialectNames)[number];
  version: string;
  /** `list-first`: the list of choices comes before the text. `preamble`: it comes before the last paragraph. */
  choices: "list-first" | "preamble";
  /** Whether scap offers to roll back all stages after a failure. */
  rollsBack: boolean;
};

const DIALECTS: Record<Dialect["name"], Dialect> = {
  "2025": { name: "2025", version: "4.190.0", choices: "list-first", rollsBack: false },
  today: { name: "today", version: "4.283.0", choices: "preamble", rollsBack: true },
};

/** @param name a dialect. With the suffix `-terminal` the key of the protocol is ignored. */
export function dialectNamed(name: string): { dialect: Dialect; terminalOnly: boolean } {
  const bare = name.replace(/-terminal$/, "");
  const known = dialectNames.find((candidate) => candidate === bare);
  if (known === undefined) {
    throw new PlainExit(`SANDBOX_SCAP_DIALECT is '${name}', supported are ${dialectNames.join(", ")}`);
  }
  return { dialect: DIALECTS[known], terminalOnly: bare !== name };
}
