// One question of each kind, as scap or what runs below it puts them.
import type { NewInteraction } from "#lib/db/interactions.ts";
import type { InteractionKind } from "#lib/domain/interaction.ts";

export type SeededQuestion = Omit<NewInteraction, "promptKey" | "askedAt" | "line">;

const PLAIN = { default: null, recognised: true, complaint: null } as const;

export const QUESTIONS = {
  yes_no: {
    ...PLAIN,
    kind: "yes_no",
    message: [
      "The following changes are scheduled for backport:",
      "┌──────┬────────┐",
      "│    # │ Branch │",
      "├──────┼────────┤",
      "│ 1234 │ master │",
      "└──────┴────────┘",
      "Backport the changes?",
    ].join("\n"),
    options: [
      { text: "yes", value: true, typed: "y" },
      { text: "no", value: false, typed: "n" },
    ],
    default: false,
  },
  choices: {
    ...PLAIN,
    kind: "choices",
    message: "Testserver checks failed.\n\nWhat do you want to do?",
    options: [
      { text: "Retry testserver checks", value: "r", typed: "r" },
      { text: "Ignore failure and continue deployment", value: "i", typed: "i" },
      { text: "Roll back all stages and terminate", value: "b", typed: "b" },
      { text: "Exit without rollback", value: "x", typed: "x" },
    ],
    default: "r",
  },
  acknowledge: {
    ...PLAIN,
    kind: "acknowledge",
    message: "Press Enter to acknowledge and release the deployment lock.",
    options: [{ text: "Acknowledge", value: true, typed: "" }],
  },
  text: { ...PLAIN, kind: "text", message: "Please supply a reason for revert", options: [] },
  secret: { ...PLAIN, kind: "secret", message: "Enter passphrase for key", options: [] },
  screen: {
    ...PLAIN,
    kind: "screen",
    message: "? Where to (use the arrow keys)\n❯ staging\n  production\n  cancel",
    options: [],
    recognised: false,
  },
} as const satisfies Record<InteractionKind, SeededQuestion>;

/** scap's pause behind the sync to the test servers. */
export const AT_TESTSERVERS: SeededQuestion = {
  ...PLAIN,
  kind: "choices",
  message: [
    "Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)",
    "Before continuing, please do any necessary checks if you haven't already.",
    "",
    "Continue with deployment?",
  ].join("\n"),
  options: [
    { text: "Yes, continue with deployment", value: "y", typed: "y" },
    { text: "No, roll back deployment and terminate", value: "n", typed: "n" },
  ],
  default: "n",
};
