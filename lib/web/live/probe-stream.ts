// The stream by which `npm run doctor` sees whether a proxy passes events on at once. It belongs to no user and reads nothing.
import { type EventStream, openStream } from "./stream.ts";

/** Longer than an event needs on its way through a slow proxy. */
const OPEN_MS = 5000;

export function openProbeStream(): EventStream {
  const stream = openStream({ onDrain: () => undefined, onClose: () => clearTimeout(timer) });
  const timer = setTimeout(() => stream.close(), OPEN_MS);
  stream.send("probe", JSON.stringify({ at: new Date().toISOString() }));
  return stream;
}
