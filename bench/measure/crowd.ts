// Many watchers of one job, as browsers are: each has a stream of its own. Of each event only its cursor is looked at,
// because taking two hundred streams apart would cost more than sending them.
import type { Subscription } from "../world/client.ts";
import type { World } from "../world/world.ts";

/** A piece of output reached a watcher: all lines up to this one are there. */
export type Arrival = { line: number; at: number };
export type Crowd = { arrivals: Arrival[][]; leave(): void; ended: Promise<void> };

const CURSOR = /\nid: \d+\.(\d+)\n/g;
/** A cursor that a piece was cut in; longer than any is. */
const CURSOR_LENGTH_MAX = 64;

export async function watchTogether(world: World, jobId: number, count: number): Promise<Crowd> {
  const arrivals: Arrival[][] = [];
  const streams: Subscription[] = await Promise.all(
    Array.from({ length: count }, () => {
      const mine: Arrival[] = [];
      let rest = "";
      arrivals.push(mine);
      return world.client.stream(`/api/jobs/${jobId}/events`, (piece, at) => {
        const text = rest + piece;
        let end = 0;
        for (const found of text.matchAll(CURSOR)) {
          mine.push({ line: Number(found[1]), at });
          end = found.index + found[0].length - 1;
        }
        rest = text.slice(Math.max(end, text.length - CURSOR_LENGTH_MAX));
      });
    }),
  );
  return {
    arrivals,
    leave: () => {
      for (const stream of streams) stream.close();
    },
    ended: Promise.all(streams.map((stream) => stream.closed)).then(() => undefined),
  };
}

/** How long each line was under way to a watcher. @param printedAt of line 1, 2, … */
export function latenciesOf(arrivals: readonly Arrival[], printedAt: readonly number[]): number[] {
  const latencies: number[] = [];
  let line = 0;
  for (const arrival of arrivals) {
    for (; line < arrival.line && line < printedAt.length; line += 1) {
      latencies.push(arrival.at - (printedAt[line] ?? Number.NaN));
    }
  }
  return latencies;
}
