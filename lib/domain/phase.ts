// Phases of a job: the intervals between scap's `Started …` and `Finished …`, waits, and a rollback.

export type PhaseChange =
  | { change: "started"; id: number; name: string; depth: number; line: number; at: Date }
  | { change: "finished"; id: number; line: number; at: Date };

/** How long the last runs of a phase took, without the time in which scap waited for people. */
export type UsualTimes = {
  /** How many runs these values come from. */
  runs: number;
  medianMs: number;
  /** Nine of ten runs took at most this long. A phase that takes longer is late. */
  p90Ms: number;
  /** Median from the start of the phase to the end of the job, of the jobs that succeeded; null if there were too few. */
  restMs: number | null;
  /** Median from the start of the phase to the next question; null if most runs had none. */
  questionMs: number | null;
};
