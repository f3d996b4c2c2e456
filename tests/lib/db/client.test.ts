// Connections with a URL that names several servers. One of them is the database of the test; nothing listens on the others.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { closeDatabase, isUnreachable, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { listen } from "#lib/db/listen.ts";
import { notify } from "#lib/db/notify.ts";
import { freePort } from "../../../scripts/ports.ts";
import { openTestDatabase } from "../../support/database.ts";
import { rowsOf } from "../../support/bare-sql.ts";
import { until } from "../../support/until.ts";

const { db: direct, url } = await openTestDatabase(after);
const nowhere = `127.0.0.1:${await freePort("127.0.0.1")}`;
const { host, pathname } = new URL(url);
const withServers = (...servers: string[]) =>
  url.replace(`@${host}/`, `@${servers.join(",")}/`) + "?target_session_attrs=read-write";
const setReadOnly = (value: "on" | "off") =>
  rowsOf(
    url,
    `begin read write; alter database ${pathname.slice(1)} set default_transaction_read_only = ${value}; commit`,
  );

test("statements and notifications use the server that takes writes, wherever it is in the URL", async () => {
  for (const servers of [
    [nowhere, host],
    [host, nowhere],
  ]) {
    const db = openDatabase(withServers(...servers), "several servers");
    const notified: number[] = [];
    const { promise: isListening, resolve } = Promise.withResolvers<void>();
    const listener = listen({
      databaseUrl: withServers(...servers),
      channels: ["job"],
      onNotification: (_, jobId) => void notified.push(jobId),
      onGap: resolve,
    });
    await isListening;
    assert.equal((await query(db, "select 1 as one")).length, 1);

    await transaction(direct, (tx) => notify(tx, "job", 7));
    await until("the notification", async () => notified.includes(7));

    await listener.close();
    await closeDatabase(db);
  }
});

test("while no server takes writes the database is unreachable, with the reason of each, and then it works again", async () => {
  const db = openDatabase(withServers(nowhere, host), "several servers");
  after(() => closeDatabase(db));
  await setReadOnly("on");

  const error = await query(db, "select 1").then(
    () => undefined,
    (failure: unknown) => failure,
  );
  assert.ok(isUnreachable(error));
  const { cause } = error as Error;
  assert.match(
    (cause as Error).message,
    new RegExp(`^no server takes writes: ${nowhere} .*ECONNREFUSED.*; ${host} is read-only$`),
  );

  await setReadOnly("off");
  assert.equal((await query(db, "select 1 as one")).length, 1);
});

test("a connection that no server takes leaves nothing that could end the process", async () => {
  const db = openDatabase(withServers(nowhere, nowhere), "several servers", { dataTimeoutMs: 1 });
  after(() => closeDatabase(db));
  await assert.rejects(query(db, "select 1"), isUnreachable);
  // The timeout of its socket would be an uncaught error.
  await sleep(20);
});

test("a server that accepts a connection and ends it at once does not end the process", async (t) => {
  const message = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const authenticated = message("R", Buffer.alloc(4));
  const ready = message("Z", Buffer.from("I"));
  const terminated = message("E", Buffer.from("SFATAL\0C57P01\0Mterminating connection\0\0"));
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(Buffer.concat([authenticated, ready, terminated])));
  });
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const db = openDatabase(`postgresql://u:p@127.0.0.1:${port}/d`, "one server");
  t.after(() => closeDatabase(db));

  await assert.rejects(query(db, "select 1"), isUnreachable);
});
