// A client of an event stream: it keeps all events and the log that they amount to, and reads only while it is not paused.
import assert from "node:assert/strict";
import { jobEvents } from "#lib/contract/events.ts";
import type { EventStream } from "#lib/web/live/stream.ts";
import { createLogMirror, type LogMirror } from "./log-mirror.ts";

type Seen = { event: string; id: string; data: never };

export type WatchOptions = {
  schemas?: Record<string, { parse(value: unknown): unknown }>;
  /** The log that the client already has. */
  log?: LogMirror;
};

export type Watch = ReturnType<typeof watchStream>;

export function watchStream(
  stream: EventStream,
  { schemas = jobEvents, log = createLogMirror() }: WatchOptions = {},
) {
  const events: Seen[] = [];
  const violations: string[] = [];
  const reading = readEvents(stream, ({ event, id, data }) => {
    schemas[event]?.parse(data);
    events.push({ event, id, data });
    if (event === "output") violations.push(...log.apply(data));
  });
  return {
    ...reading,
    events,
    violations,
    get lines() {
      return log.lines;
    },
    get settledLines() {
      return log.settledLines;
    },
    texts: () => log.lines.map(({ text }) => text),
    names: () => events.map(({ event }) => event),
    last: (name: string) => events.findLast(({ event }) => event === name)?.data as never,
    lastId: () => events.findLast(({ id }) => id !== "")?.id ?? "",
  };
}

function readEvents(stream: EventStream, onEvent: (event: Seen) => void) {
  const reader = stream.body.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  let isOver = false;
  let isPaused = false;

  async function readOne(): Promise<boolean> {
    const { done, value } = await reader.read();
    isOver = done;
    if (value === undefined) return false;
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== undefined) onEvent(event);
    }
    return true;
  }

  async function run(): Promise<void> {
    while (!isPaused && (await readOne()));
  }
  void run();
  return {
    bytes: () => bytes,
    isOver: () => isOver,
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      void run();
    },
    leave: () => reader.cancel(),
  };
}

function parseEvent(block: string): Seen | undefined {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
  const event = field("event");
  if (event === undefined) return undefined;
  return { event, id: field("id") ?? "", data: JSON.parse(field("data") ?? "") as never };
}

/** The client has each line from `from` to `to` once, with the text that `print` of live-job.ts gave it. */
export function assertWhole(watched: Watch, to: number, from = 1): void {
  const numbers = watched.lines.map(({ n }) => n);
  assert.deepEqual(
    numbers,
    Array.from({ length: to - from + 1 }, (_, index) => from + index),
  );
  assert.ok(watched.lines.every(({ n, text }) => text.startsWith(`line ${n} `)));
  assert.deepEqual(watched.violations, []);
}
