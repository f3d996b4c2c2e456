// All keyboard shortcuts of the pages: for the code that handles them, and for the dialog that lists them.
export type Shortcut = {
  /** `KeyboardEvent.key`. */
  key: string;
  /** The keys as they are shown; pressed together if there are several. */
  shown: readonly string[];
  action: string;
};

export const SHORTCUTS = {
  goTo: { key: "k", shown: ["Ctrl", "K"], action: "Go to a job, a change, a person or an action" },
  search: { key: "/", shown: ["/"], action: "Focus the search box of the page" },
  help: { key: "?", shown: ["?"], action: "Show the keyboard shortcuts" },
  question: { key: "q", shown: ["Q"], action: "Focus the open question, or the next one" },
  selectAnswer: { key: "1", shown: ["1", "9"], action: "Select an answer" },
  sendAnswer: { key: "Enter", shown: ["Enter"], action: "Send the selected answer" },
} as const satisfies Record<string, Shortcut>;

export const SHORTCUT_GROUPS: readonly { title: string; shortcuts: readonly Shortcut[] }[] = [
  { title: "All pages", shortcuts: [SHORTCUTS.goTo, SHORTCUTS.search, SHORTCUTS.help] },
  { title: "Questions", shortcuts: [SHORTCUTS.question, SHORTCUTS.selectAnswer, SHORTCUTS.sendAnswer] },
];
