// All benchmarks, in the order in which they run.
import { start } from "./01-start.ts";
import { questionShown } from "./02-question-shown.ts";
import { answerRead } from "./03-answer-read.ts";
import { throughput } from "./04-throughput.ts";
import { logWindow } from "./05-log-window.ts";
import { questionStored } from "./06-question-stored.ts";
import { detectionCost } from "./07-detection-cost.ts";
import { failover } from "./08-failover.ts";
import { watchers } from "./09-watchers.ts";
import { manyJobs } from "./10-many-jobs.ts";
import { memory } from "./11-memory.ts";
import { outage } from "./12-outage.ts";
import { hostileNeighbour } from "./13-hostile-neighbour.ts";
import { watcherBytes } from "./14-watcher-bytes.ts";
import { pages } from "./15-pages.ts";
import type { Benchmark } from "./benchmark.ts";

export const BENCHMARKS: readonly Benchmark[] = [
  start,
  questionShown,
  answerRead,
  throughput,
  logWindow,
  questionStored,
  detectionCost,
  failover,
  watchers,
  manyJobs,
  memory,
  outage,
  hostileNeighbour,
  watcherBytes,
  pages,
];
