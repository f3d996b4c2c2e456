// The questions of the supported versions of scap, by their last line: how each begins, and what the message is when its
// beginning is not on the screen. The texts must match scap exactly. A question that is not listed is still recognised by its
// form (yes-no.ts, choices.ts, …); its first line is then found by the lines around it.

export type KnownPrompt = {
  /** The line that ends the question, without `[y/N]: ` and the like. */
  question: RegExp;
  /** Possible first lines, the one that can contain the others first. None: the message is the line alone. */
  opensWith?: readonly RegExp[];
  /**
   * What the message is when no first line is found: `alone`, the line itself, because raw output commonly stands above it;
   * `context`, with the lines above it; `reason`, with the log line right above it, where scap says why it asks.
   */
  otherwise: "alone" | "context" | "reason";
};

const UNEXPECTED_COMMITS = /^There were unexpected commits pulled from origin for /;
const SYNCED = /^Changes synced to/;
const DIFFS_NOTE = /^Note: Diffs are relative /;

const KNOWN_PROMPTS: readonly KnownPrompt[] = [
  {
    question: /^Continue with (?:[Bb]ackport|[Rr]evert)(?: anyway)?\?$/,
    opensWith: [/^Warnings found:/, /^🐌 Change\(s\) /, /^Change '[^']+', project: /],
    otherwise: "context",
  },
  { question: /^Ignore dependencies and continue with backport\?$/, otherwise: "alone" },
  {
    question: /^(?:Backport|Revert) the changes\b.*\?$/,
    opensWith: [/^The following changes are scheduled for /],
    otherwise: "alone",
  },
  { question: /^Change \d+ has been updated from patchset \d+ to patchset \d+\./, otherwise: "alone" },
  { question: /^Would you like to see the diff\?$/, opensWith: [UNEXPECTED_COMMITS], otherwise: "alone" },
  {
    question: /^Continue with deployment \(all patches will be deployed\)\?$/,
    opensWith: [UNEXPECTED_COMMITS],
    otherwise: "alone",
  },
  { question: /^Continue with the deployment\?$/, opensWith: [DIFFS_NOTE], otherwise: "context" },
  { question: /^Continue with sync\?$/, opensWith: [SYNCED, DIFFS_NOTE], otherwise: "context" },
  { question: /^Continue with deployment\?$/, opensWith: [SYNCED], otherwise: "context" },
  { question: /^Do you want to proceed anyway\?$/, otherwise: "reason" },
  {
    question: /^What do you want to do\?$/,
    opensWith: [/^\S.{0,120} failed\.$/],
    otherwise: "alone",
  },
  { question: /^\S.{0,120} failed\. What do you want to do\?$/, otherwise: "alone" },
  {
    question: /^Press Enter to acknowledge and release the deployment lock\.$/,
    opensWith: [/^The backported change was undeployed by rollback/],
    otherwise: "context",
  },
  { question: /^Promote \S+ from \S+ to \S+$/, otherwise: "alone" },
  { question: /^\?$/, opensWith: [/^Set and deploy these versions:/], otherwise: "context" },
  { question: /^Train task \S+ has status .*Continue anyway\?$/, otherwise: "alone" },
  { question: /^Continue\?$/, opensWith: [/^WARNING:$/], otherwise: "context" },
  { question: /^What station do you want the .*train to be at\b/, otherwise: "alone" },
  { question: /^Run `.+` now\?$/, otherwise: "alone" },
  { question: /^Replay checkouts from .+\?$/, otherwise: "alone" },
  { question: /^Scap version ".*" will be installed on \d+ host\(s\)\. Proceed\?$/, otherwise: "alone" },
  { question: /^Clear lock\?$/, opensWith: [/^Lock details:$/], otherwise: "context" },
  { question: /^Rollback all deployed groups\?$/, otherwise: "alone" },
  { question: /^Log message \(press enter for none\)/, otherwise: "alone" },
  { question: /^Enter the change numbers /, otherwise: "alone" },
  { question: /^Please supply a reason for revert\b/, otherwise: "alone" },
  { question: /^Please enter the train blocker /, otherwise: "alone" },
  { question: /^OK to update changelog\?$/, otherwise: "alone" },
  { question: /^Ready to proceed\?$/, otherwise: "alone" },
  { question: /^New version \(default [^)]+\)/, otherwise: "alone" },
  {
    question: /^(?:Are you sure you want to continue connecting\b|Please type 'yes', 'no')/,
    opensWith: [/^The authenticity of host /],
    otherwise: "context",
  },
  { question: /^Username for '[^']+'$/, otherwise: "alone" },
];

export function findKnownPrompt(question: string): KnownPrompt | undefined {
  return KNOWN_PROMPTS.find((prompt) => prompt.question.test(question));
}
