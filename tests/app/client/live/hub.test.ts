// Tabs that share one connection, over real message ports and a connection that the test plays.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ToHub, ToTab } from "../../../../app/client/live/messages.ts";
import { createHub } from "../../../../app/client/live/hub.ts";
import type { openStreamConnection } from "../../../../app/client/live/stream-connection.ts";
import { until } from "../../../support/until.ts";

type Connection = Parameters<typeof openStreamConnection>[0] & { urls: string[]; isClosed: boolean };

const ports: MessagePort[] = [];
after(() => {
  for (const port of ports) port.close();
});

function aHub() {
  const connections: Connection[] = [];
  const hub = createHub((options) => {
    const connection: Connection = { ...options, urls: [options.url()], isClosed: false };
    connections.push(connection);
    return {
      reopen: () => connection.urls.push(options.url()),
      close: () => {
        connection.isClosed = true;
      },
    };
  });
  return { hub, connections };
}

function aTab({ hub }: ReturnType<typeof aHub>, jobId: number) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const got: ToTab[] = [];
  const say = (message: ToHub) => port2.postMessage(message);
  port2.addEventListener("message", ({ data }: MessageEvent<ToTab>) => got.push(data));
  port2.start();
  hub.connect(port1);
  say({ kind: "watch", jobs: [{ jobId, cursor: { eventSeq: 0, line: 5 } }], windows: [] });
  return { got, say, kinds: () => got.map(({ kind }) => kind) };
}

test("tabs that are opened together share one stream", async () => {
  const world = aHub();
  const first = aTab(world, 12);
  const second = aTab(world, 13);
  await until("a stream for both", () =>
    world.connections[0]?.urls.at(-1)?.endsWith("?jobs=12.0.5,13.0.5&windows="),
  );

  world.connections[0]?.onUpdate({ jobId: 13, windowId: null, cursor: "1.6", event: "phase", data: {} }, 10);
  await until("the update", () => second.kinds().includes("update"));

  assert.equal(world.connections.length, 1);
  assert.ok(!first.kinds().includes("update"));
  for (const tab of [first, second]) tab.say({ kind: "leave" });
  await until("the stream to be closed", () => world.connections[0]?.isClosed);
});

test("a tab that joins later receives the server's time immediately, and the stream includes its job", async () => {
  const world = aHub();
  const first = aTab(world, 12);
  await until("a stream", () => world.connections.length === 1);
  world.connections[0]?.onServerTime(1_000_000);
  world.connections[0]?.onUpdate({ jobId: 12, windowId: null, cursor: "4.9", event: "phase", data: {} }, 10);

  const later = aTab(world, 13);
  await until("its time", () =>
    later.got.some((message) => message.kind === "tick" && (message.serverTime ?? 0) >= 1_000_000),
  );
  await until("its job", () => world.connections[0]?.urls.at(-1)?.endsWith("?jobs=12.4.9,13.0.5&windows="));

  assert.equal(world.connections.length, 1);
  for (const tab of [first, later]) tab.say({ kind: "leave" });
  await until("the stream to be closed", () => world.connections[0]?.isClosed);
});

test("when all tabs have left, the stream is closed, and the next tab opens a new one", async () => {
  const world = aHub();
  aTab(world, 12).say({ kind: "leave" });
  const next = aTab(world, 14);
  await until("a stream for the next", () =>
    world.connections.at(-1)?.urls.at(-1)?.endsWith("?jobs=14.0.5&windows="),
  );

  assert.equal(world.connections.filter(({ isClosed }) => !isClosed).length, 1);
  next.say({ kind: "leave" });
  await until("the stream to be closed", () => world.connections.every(({ isClosed }) => isClosed));
});
