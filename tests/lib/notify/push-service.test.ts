import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { createPushSender, type PushMessage } from "#lib/notify/push-service.ts";
import { generateVapidKey } from "#lib/notify/vapid.ts";
import { startPushReceiver } from "./push-receiver.ts";

const service = await startPushReceiver(after);
const key = generateVapidKey();
const MESSAGE: PushMessage = { payload: { jobId: 1 }, topic: "job-1", ttlSeconds: 60, urgency: "high" };

function deviceOf({ endpoint, keys }: ReturnType<typeof service.subscribe>) {
  return { endpoint, p256dh: keys.p256dh, authSecret: keys.auth };
}

function sender(options: { allowLoopback?: boolean; proxy?: string } = {}) {
  return createPushSender({
    key: async () => key,
    subject: "mailto:operator@example.org",
    rules: { allowLoopback: options.allowLoopback ?? true },
    proxy: options.proxy,
  });
}

test("the responses of a push service have their meaning", async () => {
  const device = deviceOf(service.subscribe("statuses"));
  for (const [status, expected] of [
    [201, { kind: "sent" }],
    [404, { kind: "gone" }],
    [410, { kind: "gone" }],
    [413, { kind: "failed", why: "status 413", retryAfterMs: 0 }],
    [302, { kind: "failed", why: "status 302", retryAfterMs: 0 }],
  ] as const) {
    service.respond(() => ({ status, headers: { location: "http://127.0.0.1:1/" } }));

    assert.deepEqual(await sender()(device, MESSAGE), expected);
  }
});

test("Retry-After is honoured as seconds and as a date, up to an hour", async () => {
  const device = deviceOf(service.subscribe("delays"));
  const delayFor = async (retryAfter: string) => {
    service.respond(() => ({ status: 429, headers: { "retry-after": retryAfter } }));
    const result = await sender()(device, MESSAGE);
    return result.kind === "failed" ? result.retryAfterMs : undefined;
  };

  assert.equal(await delayFor("120"), 120_000);
  assert.equal(await delayFor("999999"), 3_600_000);
  assert.equal(await delayFor("soon"), 0);
  const byDate = await delayFor(new Date(Date.now() + 60_000).toUTCString());
  assert.ok(byDate !== undefined && byDate > 30_000 && byDate <= 60_000);
});

test("no request is sent to an endpoint that is no longer accepted", async () => {
  const received = service.received.length;

  const result = await sender({ allowLoopback: false })(deviceOf(service.subscribe("inside")), MESSAGE);

  assert.deepEqual(result, { kind: "gone" });
  assert.equal(service.received.length, received);
});

test("with a proxy, push services are reached through it", async () => {
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on("connect", ({ url }, socket) => {
    tunnels.push(String(url));
    socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  after(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const device = { ...deviceOf(service.subscribe("remote")), endpoint: "https://push.example.org/abc" };

  const result = await sender({ proxy: `http://127.0.0.1:${port}` })(device, MESSAGE);

  assert.equal(result.kind, "failed");
  assert.deepEqual(tunnels, ["push.example.org:443"]);
});
