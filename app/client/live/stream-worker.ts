// The program of the SharedWorker: one for all tabs and windows of a browser, alive as long as one of them is.
import { createHub } from "./hub.ts";

const hub = createHub();

// The types of the page's global scope do not have it.
globalThis.addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) hub.connect(port);
});
