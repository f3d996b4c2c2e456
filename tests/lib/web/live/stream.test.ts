// A stream that is open for long: it sends heartbeats, and ends when its viewer loses the permission.
import assert from "node:assert/strict";
import { test } from "node:test";
import { disableAccount } from "#lib/auth/manage-account.ts";
import { mayStill } from "#lib/auth/authorise.ts";
import { openStream } from "#lib/web/live/stream.ts";
import { until } from "../../../support/until.ts";
import { authWorld, fromPage, signIn } from "../../auth/auth-world.ts";
import { asOperator } from "../../../support/origin.ts";

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

test("an idle stream sends heartbeats", async () => {
  const { stream, ended, beats } = open();
  await until("some heartbeats", () => beats() >= 3);

  stream.close();
  await ended;
});

test("a stream ends soon after its viewer has lost the permission", async () => {
  const name = await world.person("viewer");
  const request = fromPage("/api/events", { cookie: await signIn(auth, name) });
  const { stream, ended, beats } = open();
  stream.guard(() => mayStill(request, "view", auth));
  await until("some heartbeats", () => beats() >= 2);

  await disableAccount(asOperator(auth.settings.database), name);

  await ended;
  assert.equal(stream.isOpen, false);
});

test("a stream continues while the permission of its viewer cannot be checked", async () => {
  const { stream, ended, beats } = open();
  let asked = 0;
  stream.guard(() => {
    asked += 1;
    return Promise.reject(new Error("the database is unreachable"));
  });
  await until("some heartbeats", () => asked >= 2 && beats() >= 2);

  assert.equal(stream.isOpen, true);
  stream.close();
  await ended;
});
