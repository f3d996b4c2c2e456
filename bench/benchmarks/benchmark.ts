// The interface of a benchmark, and the settings it receives.
import type { Row } from "../measure/result.ts";
import type { Installation } from "../installation/installation.ts";

export type Settings = {
  /** Number of samples of each latency, after the warm-up. */
  rounds: number;
  silentSeconds: number;
  outageSeconds: number;
};

export type Benchmark = {
  number: number;
  name: string;
  run(installation: Installation, settings: Settings): Promise<Row[]>;
};
