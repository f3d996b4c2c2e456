// A user with the home page open: the state built from its event stream must equal the list of jobs.
import { setTimeout as sleep } from "node:timers/promises";
import { overviewEvents } from "#lib/contract/events.ts";
import { jobList, type JobSummary } from "#lib/contract/job.ts";
import { createEventReader, type ServerEvent } from "../../bench/installation/event-reader.ts";
import type { Caller } from "./users.ts";

const RETRY_MS = 100;
const SETTLED_TIMEOUT_MS = 60_000;

export type Overview = {
  /** Waits until the streamed state equals the list. @returns the differences that remain. */
  compare(lanes: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
};

export function watchOverview(options: {
  addresses: readonly string[];
  token: string;
  call: Caller;
}): Overview {
  let streamed = new Map<number, JobSummary>();
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
        // Disconnected by a killed process, or by `close`.
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
      streamed = new Map(jobs.map((job) => [job.id, job]));
    } else if (event === "job") {
      const job = overviewEvents.job.parse(JSON.parse(data));
      streamed.set(job.id, job);
    }
  }

  return {
    async compare(lanes) {
      const until = performance.now() + SETTLED_TIMEOUT_MS;
      for (;;) {
        const reply = await options.call("GET", "/api/jobs?limit=100");
        const jobs = reply?.status === 200 ? jobList.parse(reply.body).jobs : [];
        const violations = differences(
          jobs.filter(({ lane }) => lanes.includes(lane)),
          streamed,
        );
        if (violations.length === 0 || performance.now() > until) return violations;
        await sleep(RETRY_MS);
      }
    },
    async close() {
      closing.abort();
      await watching;
    },
  };
}

/** The home page shows the newest jobs only, so the newest job must be there. */
export function differences(
  listed: readonly JobSummary[],
  streamed: ReadonlyMap<number, JobSummary>,
): string[] {
  const [newest] = listed;
  if (newest === undefined) return ["the list of jobs is empty"];
  if (!streamed.has(newest.id)) return [`the overview never received job ${newest.id}`];
  return listed.flatMap((job) => {
    const shown = streamed.get(job.id);
    if (shown === undefined || JSON.stringify(shown) === JSON.stringify(job)) return [];
    return [`the overview shows job ${job.id} as ${JSON.stringify(shown)}, it is ${JSON.stringify(job)}`];
  });
}
