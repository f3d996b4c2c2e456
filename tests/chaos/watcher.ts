// Watches a job as a browser does: follows its event stream, reconnects with the last event id, and collects all lines.
import { setTimeout as sleep } from "node:timers/promises";
import { jobEvents } from "#lib/contract/events.ts";
import type { Job } from "#lib/contract/job.ts";
import { createEventReader, type ServerEvent } from "../../bench/installation/event-reader.ts";
import { createLogMirror } from "../lib/web/live/log-mirror.ts";
import type { Random } from "./random.ts";

export type WatchResult = {
  jobId: number;
  lines: string[];
  /** The last received state. */
  job: Job | undefined;
  hasEnded: boolean;
  connections: number;
  violations: string[];
};

const RETRY_MS = 100;

export async function watchJob(options: {
  jobId: number;
  addresses: readonly string[];
  first: number;
  token: string;
  random: Random;
  /** Disconnects at random. */
  disconnectsAtRandom: boolean;
  isOver: () => boolean;
}): Promise<WatchResult> {
  const { jobId, random } = options;
  const watched: WatchResult = {
    jobId,
    lines: [],
    job: undefined,
    hasEnded: false,
    connections: 0,
    violations: [],
  };
  const log = createLogMirror();
  let lastEventId: string | undefined;
  for (let turn = options.first; !options.isOver() && !watched.hasEnded; turn += 1) {
    const controller = new AbortController();
    const poll = setInterval(() => {
      if (options.isOver()) controller.abort();
    }, 100);
    const disconnect = options.disconnectsAtRandom
      ? setTimeout(() => controller.abort(), random.between(200, 2000))
      : undefined;
    try {
      const address = options.addresses[turn % options.addresses.length] ?? "";
      const response = await fetch(`${address}/api/jobs/${jobId}/events`, {
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
        },
        signal: controller.signal,
      });
      if (response.status === 200 && response.body !== null) {
        watched.connections += 1;
        await follow(response.body);
      } else {
        await response.body?.cancel();
      }
    } catch {
      // Disconnected by a killed process or by itself.
    } finally {
      clearInterval(poll);
      clearTimeout(disconnect);
    }
    if (!watched.hasEnded) await sleep(RETRY_MS);
  }
  return watched;

  async function follow(body: ReadableStream<Uint8Array>): Promise<void> {
    const read = createEventReader();
    const decoder = new TextDecoder();
    for await (const piece of body) {
      for (const event of read(decoder.decode(piece, { stream: true }))) take(event);
    }
  }

  function take({ event, id, data }: ServerEvent): void {
    lastEventId = id;
    if (watched.hasEnded) watched.violations.push(`${event} came after the end`);
    switch (event) {
      case "job":
        watched.job = jobEvents.job.parse(JSON.parse(data));
        break;
      case "output":
        watched.violations.push(...log.apply(jobEvents.output.parse(JSON.parse(data))));
        watched.lines = log.texts;
        break;
      case "end":
        watched.hasEnded = true;
        break;
      default:
    }
  }
}
