// Phases of a job: the intervals between scap's `Started …` and `Finished …`.

export type PhaseChange =
  | { change: "started"; id: number; name: string; depth: number; at: Date }
  | { change: "finished"; id: number; at: Date };
