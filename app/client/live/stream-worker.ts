// The script of the SharedWorker: one for all tabs and windows of a browser, running as long as one of them is open.
import { createHub } from "./hub.ts";

const hub = createHub();

// The DOM types lack this event of a worker.
globalThis.addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) hub.connect(port);
});
