// What the readers of evidence share: a sentence of the output, and its bounds.
import type { Evidence, Sentence } from "#lib/domain/evidence.ts";

/** Characters of a line that are read. */
export const LINE_MAX = 4000;
export const SENTENCE_MAX = 500;

/** A sentence, and the evidence to which a reader adds what it means. */
export type Found = {
  evidence: Evidence;
  /** Without the time of day. */
  sentence: string;
  line: number;
  /** Without the time of day, so not printed by scap's log. */
  isPlain: boolean;
};

export function bounded(text: string): string {
  const isLong = text.length > SENTENCE_MAX;
  return (isLong ? `${text.slice(0, SENTENCE_MAX - 1)}…` : text).toWellFormed();
}

export function sentenceOf(text: string, line: number): Sentence {
  return { text: bounded(text.trim()), line };
}
