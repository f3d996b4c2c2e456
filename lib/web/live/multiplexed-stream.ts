// Several streams on one connection, because a browser opens at most six connections to an HTTP/1.1 server for all its
// tabs together. Each part writes as if it had a stream of its own; here its events are wrapped in an envelope that
// says which job or window they belong to.
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

/** What the events of a part are about: a job, a window, or neither for the overview. */
export type StreamTopic = { jobId: number } | { windowId: number } | undefined;

export type MultiplexedStream = {
  readonly stream: EventStream;
  /** @returns an opener for the channel whose events this part carries. */
  part(topic: StreamTopic): StreamOpener;
};

type Part = { onDrain: () => void; close: () => void };

export function openMultiplexedStream(): MultiplexedStream {
  const parts = new Set<Part>();
  const stream = openStream({
    startsWithHeartbeat: true,
    onDrain: () => {
      for (const part of parts) part.onDrain();
    },
    onClose: () => {
      for (const part of parts) part.close();
    },
  });

  return {
    stream,
    part: (topic) => (options) => {
      const subject = { jobId: null, windowId: null, ...topic };
      const closeCallbacks: (() => void)[] = [options.onClose];
      let isOpen = true;
      let hasEnded = false;
      const close = () => {
        if (!isOpen) return;
        isOpen = false;
        parts.delete(part);
        for (const callback of closeCallbacks) callback();
        // A part that closes before its end (its channel could not read the database) must be requested again, and the
        // client can only do that for the whole stream.
        if (!hasEnded) stream.close();
      };
      const part: Part = { onDrain: options.onDrain, close };
      parts.add(part);
      return {
        body: stream.body,
        get isOpen() {
          return isOpen && stream.isOpen;
        },
        get hasRoom() {
          return isOpen && stream.hasRoom;
        },
        send(event, data, id) {
          if (!isOpen) return;
          hasEnded ||= event === "end";
          // `data` is JSON already, and is the same text for all watchers: it is wrapped, not encoded again.
          const head = JSON.stringify({ ...subject, cursor: id ?? null, event });
          stream.send("update", `${head.slice(0, -1)},"data":${data}}`);
        },
        guard: (isPermitted, userId) => stream.guard(isPermitted, userId),
        whenClosed(callback) {
          if (isOpen) closeCallbacks.push(callback);
          else callback();
        },
        close,
      };
    },
  };
}
