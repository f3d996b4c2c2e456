// The figures, in the order they are measured.
import { start } from "./01-start.ts";
import { questionShown } from "./02-question-shown.ts";
import { answerTyped } from "./03-answer-typed.ts";
import { throughput } from "./04-throughput.ts";
import { logWindow } from "./05-log-window.ts";
import { questionStored } from "./06-question-stored.ts";
import { detectionCost } from "./07-detection-cost.ts";
import { takeOver } from "./08-take-over.ts";
import { watchers } from "./09-watchers.ts";
import { manyJobs } from "./10-many-jobs.ts";
import { memory } from "./11-memory.ts";
import { outage } from "./12-outage.ts";
import { hostileNeighbour } from "./13-hostile-neighbour.ts";
import { watcherBytes } from "./14-watcher-bytes.ts";
import type { Figure } from "./figure.ts";

export const FIGURES: readonly Figure[] = [
  start,
  questionShown,
  answerTyped,
  throughput,
  logWindow,
  questionStored,
  detectionCost,
  takeOver,
  watchers,
  manyJobs,
  memory,
  outage,
  hostileNeighbour,
  watcherBytes,
];
