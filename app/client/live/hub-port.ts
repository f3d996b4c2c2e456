// Opens a port to the hub of the browser: in a SharedWorker for all tabs, or, where that is not available, in this page.
import { createHub } from "./hub.ts";

export type HubPort = {
  port: MessagePort;
  /** Whether other tabs use the same hub. */
  isShared: boolean;
};

let hasSharedWorker = typeof SharedWorker !== "undefined";

/** Whether the next port leads to a hub that other tabs use too. */
export const isHubShared = (): boolean => hasSharedWorker;

/** @param onFailed called when the hub could not be started, so that the caller must open another port. */
export function openHubPort(onFailed: () => void): HubPort {
  if (hasSharedWorker) {
    try {
      const worker = new SharedWorker(new URL("./stream-worker.ts", import.meta.url), { type: "module" });
      // The script cannot be loaded, for instance because a newer version of the site has replaced it.
      worker.addEventListener("error", () => {
        hasSharedWorker = false;
        onFailed();
      });
      return { port: worker.port, isShared: true };
    } catch {
      hasSharedWorker = false;
    }
  }
  const { port1, port2 } = new MessageChannel();
  createHub().connect(port1);
  return { port: port2, isShared: false };
}
