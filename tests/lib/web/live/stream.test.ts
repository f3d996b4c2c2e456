// What an open stream is worth when time goes by: it shows that it is alive, and ends with the right to look.
import assert from "node:assert/strict";
import { test } from "node:test";
import { disableAccount } from "#lib/web/accounts.ts";
import { mayStill } from "#lib/web/authorise.ts";
import { openStream } from "#lib/web/live/stream.ts";
import { until } from "../../../support/until.ts";
import { authWorld, fromPage, signIn } from "../auth-world.ts";

const world = await authWorld();
const { auth } = world;
const HEARTBEAT_MS = 20;

function open() {
  const stream = openStream({
    onDrain: () => undefined,
    onClose: () => undefined,
    heartbeatMs: HEARTBEAT_MS,
  });
  let text = "";
  const decoder = new TextDecoder();
  const ended = (async () => {
    for await (const piece of stream.body) text += decoder.decode(piece, { stream: true });
  })();
  const beats = () => text.split("event: heartbeat").length - 1;
  return { stream, ended, beats };
}

test("a stream on which nothing happens goes on showing that it is alive", async () => {
  const { stream, ended, beats } = open();
  await until("some heartbeats", () => beats() >= 3);

  stream.close();
  await ended;
});

test("a stream ends soon after its viewer may no longer look", async () => {
  const name = await world.person("viewer");
  const request = fromPage("/api/events", { cookie: await signIn(auth, name) });
  const { stream, ended, beats } = open();
  stream.guard(() => mayStill(request, "view", auth));
  await until("some heartbeats", () => beats() >= 2);

  await disableAccount(name, auth);

  await ended;
  assert.equal(stream.isOpen, false);
});

test("a stream goes on when it cannot be asked whether its viewer may look", async () => {
  const { stream, ended, beats } = open();
  let asked = 0;
  stream.guard(() => {
    asked += 1;
    return Promise.reject(new Error("the database is away"));
  });
  await until("some heartbeats", () => asked >= 2 && beats() >= 2);

  assert.equal(stream.isOpen, true);
  stream.close();
  await ended;
});
