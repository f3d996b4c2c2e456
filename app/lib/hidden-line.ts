/** What stands in the log for a line that scap marked as sensitive (written by worker/transcript.ts). */
export const HIDDEN_LINE = "[a sensitive line is hidden here]";
