import type { AnswerNote } from "#lib/domain/answer-note.ts";

export type NotesByLine = ReadonlyMap<number, readonly AnswerNote[]>;

/** In the order of the lines. */
export function notesByLine(notes: readonly AnswerNote[]): NotesByLine {
  const byLine = new Map<number, AnswerNote[]>();
  for (const note of notes.toSorted((a, b) => a.line - b.line)) {
    byLine.set(note.line, [...(byLine.get(note.line) ?? []), note]);
  }
  return byLine;
}
