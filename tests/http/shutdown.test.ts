// A web process that is replaced while a load balancer sends it requests.
import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { hostname } from "node:os";
import { after, test } from "node:test";
import { freePort } from "../../scripts/ports.ts";
import { until } from "../support/until.ts";
import { startWebProcess } from "./web-process.ts";

const metricsPort = await freePort("127.0.0.1");
const web = await startWebProcess(after, {
  gerritUrl: "http://127.0.0.1:9",
  settings: { SHUTDOWN_DELAY_SECONDS: "2", METRICS_LISTEN: `127.0.0.1:${metricsPort}` },
});

const statusOf = async (path: string) => (await fetch(`${web.address}${path}`)).status;

test("the listener for metrics counts requests by endpoint, and a client cannot create series", async () => {
  await statusOf("/api/health");
  await statusOf("/api/no-such-endpoint/4711");

  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

  assert.match(text, /http_request_seconds_count\{method="GET",route="\/api\/health",status="200"\} 1\n/);
  assert.match(text, /http_request_seconds_count\{method="GET",route="none",status="404"\} 1\n/);
  assert.match(text, /spiderpig_database_connections\{state="open"\} \d/);
  assert.doesNotMatch(text, /no-such-endpoint/);
});

test("the listener for metrics does not respond to the name of another site, which a browser may have been given for its address", async () => {
  const statusFor = async (host: string) => {
    const request = get({ host: "127.0.0.1", port: metricsPort, path: "/metrics", headers: { host } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  for (const host of ["127.0.0.1", `[::1]:${metricsPort}`, "web:9464", hostname()]) {
    assert.equal(await statusFor(host), 200, host);
  }
  for (const host of ["evil.example", `evil.example:${metricsPort}`]) {
    assert.equal(await statusFor(host), 421, host);
  }
});

test("a process that is asked to stop is not ready at once, and serves requests until the delay is over", async () => {
  assert.equal(await statusOf("/api/ready"), 200);

  const stopped = web.stop();
  await until("the process to say that it is not ready", async () => (await statusOf("/api/ready")) === 503, {
    everyMs: 20,
  });

  assert.equal(await statusOf("/api/health"), 200);
  assert.equal(await statusOf("/sign-in"), 200);
  await stopped;
});
