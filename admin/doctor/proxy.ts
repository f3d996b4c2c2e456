// The way from PUBLIC_URL through the proxy to a web process: which version responds, whether browsers get HTTP/2, and whether
// events arrive when they are sent.
import { once } from "node:events";
import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import type { Config } from "#lib/config.ts";
import { VERSION } from "#lib/version.ts";
import { type Check, failed, type Finding, ok, warning } from "./check.ts";

const TIMEOUT_MS = 10_000;
/** The stream of the probe ends earlier (lib/web/live/probe-stream.ts). */
const STREAM_TIMEOUT_MS = 15_000;
/** The end of a stream that was held back arrives this soon after its event. */
const TOGETHER_MS = 1000;

export function proxyChecks({ publicUrl }: Pick<Config, "publicUrl">): Check[] {
  return [
    { name: "public address", run: () => checkPublicUrl(publicUrl) },
    { name: "HTTP/2", run: () => checkHttp2(publicUrl) },
    { name: "event streams", run: () => checkEventStreams(publicUrl) },
  ];
}

async function checkPublicUrl(publicUrl: string): Promise<Finding> {
  const response = await fetch(`${publicUrl}/api/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (error: unknown) => error,
  );
  if (!(response instanceof Response)) {
    return failed(
      `${publicUrl} does not respond within ${TIMEOUT_MS / 1000} s: is a web process running, and does the proxy lead to it?`,
    );
  }
  const health = (await response.json().catch(() => undefined)) as { version?: string } | undefined;
  if (health?.version === undefined) {
    return failed(`${publicUrl}/api/health responded with status ${response.status}, but not from SpiderPig`);
  }
  return health.version === VERSION
    ? ok(`${publicUrl} leads to version ${VERSION}`)
    : warning(`${publicUrl} leads to version ${health.version}, and this is ${VERSION}`);
}

/** As a browser negotiates it. */
async function checkHttp2(publicUrl: string): Promise<Finding> {
  const { protocol, hostname, port } = new URL(publicUrl);
  if (protocol !== "https:") return ok("not used without HTTPS");
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    host,
    port: Number(port || "443"),
    // Not for an address: TLS permits names only.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ["h2", "http/1.1"],
    timeout: TIMEOUT_MS,
  });
  socket.once("timeout", () => socket.destroy(new Error(`no response within ${TIMEOUT_MS / 1000} s`)));
  try {
    await once(socket, "secureConnect");
  } finally {
    socket.destroy();
  }
  return socket.alpnProtocol === "h2"
    ? ok("the proxy offers it")
    : warning(
        'the proxy offers HTTP/1.1 only: a browser then has six connections, of which its event stream uses one. Use "listen 443 ssl http2" ' +
          'in nginx, "alpn h2,http/1.1" in HAProxy',
      );
}

async function checkEventStreams(publicUrl: string): Promise<Finding> {
  const response = await fetch(`${publicUrl}/api/events/probe`, {
    signal: AbortSignal.timeout(STREAM_TIMEOUT_MS),
  });
  if (response.status !== 200 || response.body === null) {
    return failed(`${publicUrl}/api/events/probe responded with status ${response.status}`);
  }
  if (await arrivesBeforeTheEnd(response.body)) return ok("the proxy passes events on when they are sent");
  return failed(
    'the proxy holds events back, and pages would show nothing until it passes them on. Use "proxy_buffering off" in nginx (and no ' +
      '"proxy_ignore_headers X-Accel-Buffering"); do not compress text/event-stream',
  );
}

/** A proxy that holds events back passes the event on together with the end of the stream. */
async function arrivesBeforeTheEnd(body: ReadableStream<Uint8Array>): Promise<boolean> {
  const reader = body.getReader();
  try {
    for (let text = ""; !text.includes("event: probe");) {
      const { done, value } = await reader.read();
      if (done) return false;
      text += Buffer.from(value).toString("latin1");
    }
    const ended = reader.closed.then(() => true);
    // What is left of the event, so that the end is noticed.
    void reader.read();
    return !(await Promise.race([ended, sleep(TOGETHER_MS, false)]));
  } finally {
    await reader.cancel();
  }
}
