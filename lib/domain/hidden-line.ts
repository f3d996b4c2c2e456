/** Replaces a line of the log that scap marked as sensitive; the line itself is shown on request. */
export const HIDDEN_LINE = "[a sensitive line is hidden here]";
