// Owns the one event stream of a browser and the tabs that share it: the side effects around hub-state.ts. Runs in a
// SharedWorker for all tabs, or in each page where SharedWorker is not available (tab-link.ts).
import type { eventEndpoints } from "#lib/contract/events.ts";
import { EMPTY_HUB, type HubInput, jobsQuery, stepHub, windowsQuery } from "./hub-state.ts";
import type { ToHub, ToTab } from "./messages.ts";
import { openStreamConnection, type StreamConnection } from "./stream-connection.ts";

/** Without the definition itself, so that the script of the SharedWorker stays small. */
const STREAM_PATH: (typeof eventEndpoints)["watchMultiplexed"]["path"] = "/api/events/multiplexed";
const TICK_MS = 5000;
/** Tabs that are opened, restored or reloaded together cause one new stream only. */
const REOPEN_DELAY_MS = 20;

export type Hub = { connect: (port: MessagePort) => void };

/** @param connect opens the stream; replaced in tests. */
export function createHub(connect = openStreamConnection): Hub {
  const ports = new Map<number, MessagePort>();
  let state = EMPTY_HUB;
  let lastTab = 0;
  let connection: StreamConnection | undefined;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  const serverClock = createServerClock();

  const dispatch = (input: HubInput) => {
    const before = state.tabs;
    const step = stepHub(state, input);
    state = step.state;
    for (const { tab, message } of step.sends) send(tab, message);
    for (const tab of before.keys()) {
      if (state.tabs.has(tab)) continue;
      ports.get(tab)?.close();
      ports.delete(tab);
    }
    if (state.tabs.size === 0) shutDown();
    else if (step.reopen) reopenTimer ??= setTimeout(openStream, REOPEN_DELAY_MS);
  };

  const send = (tab: number, message: ToTab) => ports.get(tab)?.postMessage(message);

  const openStream = () => {
    reopenTimer = undefined;
    if (connection !== undefined) return connection.reopen();
    ticker = setInterval(() => dispatch({ kind: "tick", serverTime: serverClock.now() }), TICK_MS);
    connection = connect({
      url: () => `${STREAM_PATH}?jobs=${jobsQuery(state)}&windows=${windowsQuery(state)}`,
      onUpdate: (update, units) => dispatch({ kind: "update", update, units }),
      onServerTime: (ms) => {
        serverClock.set(ms);
        dispatch({ kind: "tick", serverTime: ms });
      },
      onStatus: (status) => dispatch({ kind: "status", status }),
    });
  };

  /** No tab is left. The next one starts from scratch. */
  const shutDown = () => {
    clearTimeout(reopenTimer);
    reopenTimer = undefined;
    clearInterval(ticker);
    connection?.close();
    connection = undefined;
    state = EMPTY_HUB;
  };

  return {
    connect: (port) => {
      lastTab += 1;
      const tab = lastTab;
      ports.set(tab, port);
      port.addEventListener("message", ({ data }: MessageEvent<ToHub>) => {
        if (!ports.has(tab)) return;
        const isNew = !state.tabs.has(tab);
        dispatch({ ...data, tab });
        if (isNew) send(tab, { kind: "tick", serverTime: serverClock.now() });
      });
      port.start();
    },
  };
}

/** The server's clock (ms), continued since its last heartbeat. */
function createServerClock() {
  let last: { ms: number; at: number } | undefined;
  return {
    set: (ms: number) => {
      last = { ms, at: performance.now() };
    },
    now: () => (last === undefined ? undefined : last.ms + (performance.now() - last.at)),
  };
}
