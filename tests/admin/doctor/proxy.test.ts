// What `npm run doctor` says about a proxy. The proxy is nginx, where it is installed, with the example of ops/nginx and with mistakes.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { after, test } from "node:test";
import tls from "node:tls";
import { openProbeStream } from "#lib/web/live/probe-stream.ts";
import { streamResponse } from "#lib/web/live/stream.ts";
import { VERSION } from "#lib/version.ts";
import { proxyChecks } from "../../../admin/doctor/proxy.ts";
import { freePort } from "../../../scripts/ports.ts";
import { inProject } from "../../../scripts/root.ts";
import { until } from "../../support/until.ts";

const HOST = "127.0.0.1";
const NGINX = ["/usr/sbin/nginx", "/usr/bin/nginx"].find((path) => existsSync(path));
const isInstalled = NGINX !== undefined && existsSync("/usr/bin/openssl");
const withNginx = isInstalled ? {} : { skip: "nginx or openssl is not installed" };
const directory = mkdtempSync(join(tmpdir(), "nginx-"));
after(() => rmSync(directory, { recursive: true, force: true }));

/** A web process as a proxy sees it. */
const web = createServer((request, response) => {
  if (request.url === "/api/health") return void response.end(JSON.stringify({ version: VERSION }));
  const { body, headers } = streamResponse(openProbeStream());
  response.writeHead(200, Object.fromEntries(headers));
  Readable.fromWeb(body as ReadableStream).pipe(response);
});
await new Promise<void>((resolve) => web.listen(0, HOST, resolve));
after(() => web.closeAllConnections());
after(() => web.close());
const { port: webPort } = web.address() as AddressInfo;

/** @returns the findings by the names of the checks. */
async function findings(publicUrl: string): Promise<Record<string, string>> {
  const checks = proxyChecks({ publicUrl });
  const found = await Promise.all(
    checks.map(async ({ name, run }) => {
      const { status, message } = await run();
      return [name, `${status} ${message}`] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** @param change what is different from the example. @returns its public address. */
async function startNginx(name: string, change: (example: string) => string): Promise<string> {
  const port = await freePort(HOST);
  const [certificate, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
  if (!existsSync(certificate)) createCertificate(certificate, key);
  tls.setDefaultCACertificates([readFileSync(certificate, "utf8")]);
  const example = readFileSync(inProject("ops/nginx/spiderpig.conf"), "utf8")
    .replace(/server \{\s+listen 80;.*?\n\}\n/s, "")
    .replace(/server 127\.0\.0\.1:808\d[^;]*;/g, `server ${HOST}:${webPort};`)
    .replace("listen 443", `listen ${HOST}:${port}`)
    .replace(/listen \[::\].*;/, "")
    .replace(/\/etc\/ssl\/spiderpig\/fullchain\.pem/, certificate)
    .replace(/\/etc\/ssl\/spiderpig\/key\.pem/, key);
  const file = join(directory, `${name}.conf`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${directory}/${name}.pid; error_log ${directory}/${name}.log;\nevents {}\n` +
      `http { access_log off; ${temporary.join(" ")}\n${change(example)}\n}\n`,
  );
  const nginx = spawn(NGINX ?? "", ["-p", directory, "-e", "stderr", "-c", file], { stdio: "inherit" });
  after(() => nginx.kill("SIGKILL"));
  const address = `https://${HOST}:${port}`;
  await until("nginx to respond", () =>
    fetch(`${address}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return address;
}

function createCertificate(certificate: string, key: string): void {
  const names = ["-subj", "/CN=spiderpig", "-addext", `subjectAltName=IP:${HOST}`];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  spawnSync("openssl", ["req", ...kind, ...names, "-keyout", key, "-out", certificate]);
}

test("the example of nginx offers HTTP/2 and passes events on when they are sent", withNginx, async () => {
  const found = await findings(await startNginx("good", (example) => example));

  assert.match(found["public address"] ?? "", /^ok .* leads to version/);
  assert.equal(found["HTTP/2"], "ok the proxy offers it");
  assert.equal(found["event streams"], "ok the proxy passes events on when they are sent");
});

test(
  "an nginx without HTTP/2 that buffers responses is named, with the directives to change",
  withNginx,
  async () => {
    const address = await startNginx("bad", (example) =>
      example
        .replace("ssl http2", "ssl")
        .replace("proxy_buffering off;", "proxy_ignore_headers X-Accel-Buffering;"),
    );

    const found = await findings(address);

    assert.match(found["HTTP/2"] ?? "", /^warning .*"listen 443 ssl http2"/);
    assert.match(found["event streams"] ?? "", /^failed .*"proxy_buffering off"/);
  },
);

test("a web process without a proxy passes events on, and HTTP/2 needs HTTPS", async () => {
  const found = await findings(`http://${HOST}:${webPort}`);

  assert.match(found["HTTP/2"] ?? "", /^ok /);
  assert.match(found["event streams"] ?? "", /^ok /);
});
