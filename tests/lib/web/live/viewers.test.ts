// The names of viewers, between web processes that share a database.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import type { User } from "#lib/domain/permission.ts";
import type { Log } from "#lib/log.ts";
import { createLive, type Live } from "#lib/web/live/live.ts";
import type { EventStream } from "#lib/web/live/stream.ts";
import { aJob } from "../../../seed/seed.ts";
import { testDatabase } from "../../../support/database.ts";
import { until } from "../../../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "viewers under test");
const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const lives: Live[] = [];
const readers: ReadableStreamDefaultReader[] = [];
after(async () => {
  await Promise.all(readers.map((reader) => reader.cancel()));
  await Promise.all(lives.map((live) => live.close()));
  await closeDatabase(db);
  await database.close();
});

function startProcess(): Live {
  const live = createLive({ db, databaseUrl: database.url, log: noLog });
  lives.push(live);
  return live;
}

async function account(name: string): Promise<User> {
  await query(db, `insert into auth."user" (id, username, name, email) values ($1, $2, $2, $2)`, [
    `id-of-${name}`,
    name,
  ]);
  return { id: `id-of-${name}`, name, role: "viewer" };
}

/** @returns the names that the stream got last, and a function that closes it. */
function read(stream: EventStream): { names: () => readonly string[]; close: () => void } {
  const reader = stream.body.getReader();
  readers.push(reader);
  let text = "";
  void (async () => {
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value as Uint8Array, { stream: true });
    }
  })();
  return {
    names: () => {
      const last = [...text.matchAll(/"names":(\[[^\]]*\])/g)].at(-1)?.[1] ?? "[]";
      return JSON.parse(last) as string[];
    },
    close: () => void reader.cancel(),
  };
}

test("each viewer of a job receives the names of the others, of all web processes, until they leave", async () => {
  const { id } = await aJob(db, { lane: "viewed" }).running();
  const other = await aJob(db, { lane: "viewed-elsewhere" }).running();
  const [alice, bob, carol] = [await account("alice"), await account("bob"), await account("carol")];
  const cursor = { eventSeq: 0, line: 0 };
  const [first, second] = [startProcess(), startProcess()];

  const alices = read(first.watchTogether({ jobs: [{ jobId: id, cursor }], windows: [] }, alice));
  const bobs = read(second.watchJob(id, cursor, { user: bob }));
  const carols = read(second.watchJob(other.id, cursor, { user: carol }));
  for (const one of [alices, bobs]) {
    await until("both names", () => one.names().join() === "alice,bob");
  }
  assert.deepEqual(carols.names(), ["carol"]);

  bobs.close();
  await until("bob to be gone", () => alices.names().join() === "alice");
});
