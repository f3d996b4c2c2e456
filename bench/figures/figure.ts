// What a figure is, and what it may be told from outside.
import type { Row } from "../measure/result.ts";
import type { World } from "../world/world.ts";

export type Settings = {
  /** Samples of each latency, after the warm-up. */
  rounds: number;
  silentSeconds: number;
  outageSeconds: number;
};

export type Figure = {
  number: number;
  name: string;
  run(world: World, settings: Settings): Promise<Row[]>;
};
