// Many watchers of one job, each with an event stream of its own. Only the number of lines is extracted from an event:
// parsing the JSON of two hundred streams would cost more than sending them.
import type { Subscription } from "../installation/client.ts";
import type { Installation } from "../installation/installation.ts";

/** A watcher has received all lines up to this one. */
export type Arrival = { line: number; at: number };
export type Crowd = { arrivals: Arrival[][]; leave(): void; ended: Promise<void> };

/** At the end of each `output` event. */
const TOTAL = /"totalLines":(\d+),"settledLines":\d+\}\n/g;
/** Longer than any match: this much of a chunk is kept, because the next chunk may complete a match. */
const TOTAL_LENGTH_MAX = 80;

export async function watchTogether(
  installation: Installation,
  jobId: number,
  count: number,
): Promise<Crowd> {
  const arrivals: Arrival[][] = [];
  const streams: Subscription[] = await Promise.all(
    Array.from({ length: count }, () => {
      const mine: Arrival[] = [];
      let rest = "";
      arrivals.push(mine);
      return installation.client.stream(`/api/jobs/${jobId}/events`, (piece, at) => {
        const text = rest + piece;
        let end = 0;
        for (const found of text.matchAll(TOTAL)) {
          mine.push({ line: Number(found[1]), at });
          end = found.index + found[0].length;
        }
        rest = text.slice(Math.max(end, text.length - TOTAL_LENGTH_MAX));
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

/** The latency of each line at one watcher. @param printedAt times of line 1, 2, … */
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
