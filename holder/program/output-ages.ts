// When the output of the last seconds was received, for deadlines that begin with a piece of output.

/** Output is noted in steps of this length, so that the list stays short during a flood. */
const MARK_MS = 20;
const MARKS_MAX = 256;

export type OutputAges = {
  /** Called when output was appended to the journal, which ends at this position now. */
  note(end: number): void;
  /** How long ago the output up to this position was received: a lower bound, and infinite for what was received long ago. */
  ageOf(position: number): number;
};

export function createOutputAges(): OutputAges {
  const marks: { end: number; at: number }[] = [];

  return {
    note(end) {
      const at = performance.now();
      const last = marks.at(-1);
      if (last !== undefined && at - last.at < MARK_MS) {
        last.end = end;
        return;
      }
      marks.push({ end, at });
      if (marks.length > MARKS_MAX) marks.shift();
    },
    ageOf(position) {
      const mark = marks.find(({ end }) => end >= position);
      const isUnknown = mark === undefined || (mark === marks[0] && marks.length === MARKS_MAX);
      return isUnknown ? Number.POSITIVE_INFINITY : performance.now() - mark.at;
    },
  };
}
