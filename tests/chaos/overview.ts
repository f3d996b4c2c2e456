// Somebody who has the home page open all the time: the picture that its stream leaves behind must be what a look at the
// list of jobs says.
import { setTimeout as sleep } from "node:timers/promises";
import { overviewEvents } from "#lib/contract/events.ts";
import { jobList, type JobSummary } from "#lib/contract/job.ts";
import { createEventReader, type ServerEvent } from "../../bench/installation/event-reader.ts";
import type { Caller } from "./people.ts";

const RETRY_MS = 100;
const SETTLED_BOUND_MS = 60_000;

export type Overview = {
  /** Waits a little until the picture is what the list says. @returns in what it differs. */
  compare(lanes: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
};

export function watchOverview(options: {
  addresses: readonly string[];
  token: string;
  call: Caller;
}): Overview {
  let picture = new Map<number, JobSummary>();
  const closing = new AbortController();
  const watching = watch();

  async function watch(): Promise<void> {
    for (let turn = 0; !closing.signal.aborted; turn += 1) {
      try {
        const address = options.addresses[turn % options.addresses.length] ?? "";
        const response = await fetch(`${address}/api/events`, {
          headers: { authorization: `Bearer ${options.token}` },
          signal: closing.signal,
        });
        if (response.status === 200 && response.body !== null) await follow(response.body);
        else await response.body?.cancel();
      } catch {
        // Cut off by a process that died, or by ourselves.
      }
      if (!closing.signal.aborted) await sleep(RETRY_MS);
    }
  }

  async function follow(body: ReadableStream<Uint8Array>): Promise<void> {
    const read = createEventReader();
    const decoder = new TextDecoder();
    for await (const piece of body) {
      for (const event of read(decoder.decode(piece, { stream: true }))) take(event);
    }
  }

  function take({ event, data }: ServerEvent): void {
    if (event === "overview") {
      const { jobs } = overviewEvents.overview.parse(JSON.parse(data));
      picture = new Map(jobs.map((job) => [job.id, job]));
    } else if (event === "job") {
      const job = overviewEvents.job.parse(JSON.parse(data));
      picture.set(job.id, job);
    }
  }

  return {
    async compare(lanes) {
      const until = performance.now() + SETTLED_BOUND_MS;
      for (;;) {
        const reply = await options.call("GET", "/api/jobs?limit=100");
        const jobs = reply?.status === 200 ? jobList.parse(reply.body).jobs : [];
        const faults = differences(
          jobs.filter(({ lane }) => lanes.includes(lane)),
          picture,
        );
        if (faults.length === 0 || performance.now() > until) return faults;
        await sleep(RETRY_MS);
      }
    },
    async close() {
      closing.abort();
      await watching;
    },
  };
}

/** Of what is listed the home page shows the newest, so the newest at least must be there. */
export function differences(
  listed: readonly JobSummary[],
  picture: ReadonlyMap<number, JobSummary>,
): string[] {
  const [newest] = listed;
  if (newest === undefined) return ["the list of jobs is empty"];
  if (!picture.has(newest.id)) return [`the overview was never told of job ${newest.id}`];
  return listed.flatMap((job) => {
    const shown = picture.get(job.id);
    if (shown === undefined || JSON.stringify(shown) === JSON.stringify(job)) return [];
    return [`the overview shows job ${job.id} as ${JSON.stringify(shown)}, it is ${JSON.stringify(job)}`];
  });
}
