// The one connection of a browser, over an EventSource that the test plays: which stream counts, and when a new one is
// opened.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { ConnectionStatus } from "../../../../app/client/live/messages.ts";
import { openStreamConnection } from "../../../../app/client/live/stream-connection.ts";

class PlayedSource extends EventTarget {
  static all: PlayedSource[] = [];
  readonly url: string;
  isClosed = false;
  constructor(url: string) {
    super();
    this.url = url;
    PlayedSource.all.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
  say(name: string, data: unknown = {}): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

let clock = 0;
let isSignedIn = true;

beforeEach(() => {
  PlayedSource.all = [];
  clock = 1000;
  isSignedIn = true;
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  mock.method(performance, "now", () => clock);
  mock.method(globalThis, "fetch", () =>
    Promise.resolve(Response.json({ user: isSignedIn ? { name: "ada" } : null })),
  );
  Object.assign(globalThis, { EventSource: PlayedSource });
});

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += 1000) {
    clock += 1000;
    mock.timers.tick(1000);
  }
}

function open() {
  const updates: string[] = [];
  const statuses: ConnectionStatus["phase"][] = [];
  let asked = 0;
  const connection = openStreamConnection({
    url: () => `/stream?${(asked += 1)}`,
    onUpdate: ({ event }) => updates.push(event),
    onServerTime: () => undefined,
    onStatus: ({ phase }) => statuses.push(phase),
  });
  return { connection, updates, statuses };
}

/** The one that was opened as number `n`. */
function stream(n: number): PlayedSource {
  const found = PlayedSource.all[n - 1];
  assert.ok(found !== undefined, `stream ${n} was opened`);
  return found;
}

const openOnes = () => PlayedSource.all.filter(({ isClosed }) => !isClosed).length;
const update = (event: string) => ({ jobId: null, cursor: null, event, data: {} });

test("a stream is replaced only when the next one is open, and the events of only one are used", () => {
  const { connection, updates, statuses } = open();
  stream(1).say("open");
  connection.reopen();
  stream(1).say("update", update("from the first"));
  stream(2).say("open");
  stream(1).say("update", update("late from the first"));
  stream(2).say("update", update("from the second"));

  assert.deepEqual(updates, ["from the first", "from the second"]);
  assert.deepEqual([stream(1).isClosed, stream(2).isClosed], [true, false]);
  assert.deepEqual(new Set(statuses), new Set(["open"]));
  connection.close();
});

test("at most two streams are open, however often the watched jobs change", () => {
  const { connection } = open();
  stream(1).say("open");
  for (let n = 0; n < 10; n += 1) connection.reopen();

  assert.equal(openOnes(), 2);
  connection.close();
  assert.equal(openOnes(), 0);
});

test("a broken stream is reported as lost and reopened from the current cursors", () => {
  const { connection, statuses } = open();
  stream(1).say("open");
  stream(1).say("error");
  assert.deepEqual(statuses, ["open", "lost"]);
  assert.ok(stream(1).isClosed, "the browser must not resume it from where it was opened");

  pass(1000);
  stream(2).say("open");

  assert.deepEqual(statuses, ["open", "lost", "open"]);
  assert.equal(stream(2).url, "/stream?2");
  connection.close();
});

test("a failed replacement is not reported while the previous stream works", () => {
  const { connection, statuses, updates } = open();
  stream(1).say("open");
  connection.reopen();
  stream(2).say("error");
  stream(1).say("update", update("still"));

  assert.deepEqual(statuses, ["open"]);
  assert.deepEqual(updates, ["still"]);
  pass(1000);
  assert.equal(PlayedSource.all.length, 3);
  connection.close();
});

test("a stream that breaks while its replacement is opening does not affect the replacement, in both orders", () => {
  for (const isBrokenFirst of [true, false]) {
    PlayedSource.all = [];
    const { connection, statuses } = open();
    stream(1).say("open");
    connection.reopen();
    if (isBrokenFirst) stream(1).say("error");
    stream(2).say("open");
    if (!isBrokenFirst) stream(1).say("error");

    assert.equal(statuses.at(-1), "open");
    pass(20_000);
    assert.equal(PlayedSource.all.length, 2);
    connection.close();
  }
});

test("a stream without heartbeats is treated as dead, and one with heartbeats is not", () => {
  const { connection, statuses } = open();
  stream(1).say("open");
  for (let n = 0; n < 6; n += 1) {
    pass(10_000);
    stream(1).say("heartbeat", { at: "2026-11-30T12:00:00.000Z" });
  }
  assert.deepEqual(statuses, ["open"]);

  pass(35_000);

  assert.equal(statuses[1], "lost");
  assert.ok(stream(1).isClosed);
  assert.ok(PlayedSource.all.length > 1);
  connection.close();
});

test("a signed-out user sees that, and not a lost connection", async () => {
  const { connection, statuses } = open();
  stream(1).say("open");
  isSignedIn = false;
  stream(1).say("error");
  pass(1000);
  stream(2).say("error");
  await new Promise(setImmediate);
  assert.equal(statuses.at(-1), "signed_out");

  pass(2000);
  stream(3).say("error");
  assert.equal(statuses.at(-1), "signed_out");
  isSignedIn = true;
  pass(4000);
  stream(4).say("open");
  assert.equal(statuses.at(-1), "open");
  connection.close();
});
