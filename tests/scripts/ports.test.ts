import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { freePort, isPortFree } from "../../scripts/ports.ts";

const HOST = "127.0.0.1";

test("a free port is none of those that the system gives to the next connection that is opened", async () => {
  const [first] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split("\t").map(Number);

  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort(HOST)));

  assert.deepEqual(
    ports.filter((port) => port >= Number(first)),
    [],
  );
  assert.ok(new Set(ports).size > 1, "two that ask at once must not be sent to the same one");
});

test("a port with a listener is not free, and is free again after it closes", async () => {
  const port = await freePort(HOST);
  const server = createServer().listen(port, HOST);
  await once(server, "listening");
  assert.equal(await isPortFree(HOST, port), false);

  server.close();
  await once(server, "close");

  assert.equal(await isPortFree(HOST, port), true);
});

test("where one cannot listen at all, asking for a port says so", async () => {
  await assert.rejects(freePort("192.0.2.1"), { code: "EADDRNOTAVAIL" });
});
