/**
 * The web process in production: Next behind our own HTTP server, for a graceful shutdown.
 *
 * Next's own server waits for open connections without a timeout, and a page that watches a deployment keeps one open.
 * Here a shutdown closes the streams (lib/web/shutdown.ts), lets short requests finish and then closes all connections.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Duplex } from "node:stream";
import next from "next";
import { ConfigError, loadConfig, requireSettings } from "#lib/config.ts";
import { closeDatabase, isUnreachable, openDatabase } from "#lib/db/connection.ts";
import { refuseTransactionPooling } from "#lib/db/pooling.ts";
import { listen, type Listener } from "#lib/db/listen.ts";
import { AppError } from "#lib/errors.ts";
import { loadPolicy } from "#lib/policy-file.ts";
import { createLog, type Log } from "#lib/log.ts";
import { processName } from "#lib/migrate/running-processes.ts";
import { requireSchema, SchemaMismatch } from "#lib/migrate/schema-version.ts";
import { readKinds } from "#lib/operations/site-operations.ts";
import { runInRequest } from "#lib/request-context.ts";
import { createRequestContext, logAccess } from "#lib/web/access-log.ts";
import { problemDocument } from "#lib/web/problem.ts";
import { rawResponse, screenRequest, unparsedRefusal } from "#lib/web/screen-request.ts";
import { serveMetrics } from "#lib/metrics/listener.ts";
import { measure } from "#lib/web/measure-requests.ts";
import { renderMetrics } from "#lib/web/metrics.ts";
import { NONCE_HEADER, securityHeaders } from "#lib/web/security-headers.ts";
import { closeAll, isDraining, startDraining } from "#lib/web/shutdown.ts";
import { createAdmission } from "./admission.ts";
import { redirectConsole } from "./console.ts";
import { hasValidRouterState } from "./router-state.ts";
import { staticFiles } from "./static-files.ts";

const ROOT = join(import.meta.dirname, "..");
/** From the signal to the exit. */
const STOP_TIMEOUT_MS = 1_500;
/** Longer than a proxy keeps its idle connections, so that the proxy is the one that closes. */
const KEEP_ALIVE_MS = 75_000;
const TIMEOUTS = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  headersTimeout: 20_000,
  /** For receiving a request. Responses, such as event streams, have no timeout. */
  requestTimeout: 60_000,
};

let isStopping = false;
try {
  await serve();
} catch (cause) {
  process.stderr.write(`${explain(cause)}\n`);
  process.exit(1);
}

async function serve(): Promise<void> {
  const { host, port, ...config } = loadConfig();
  // Checked again where they are used, but that is not before the first request.
  const { DATABASE_URL: databaseUrl } = requireSettings({
    DATABASE_URL: config.databaseUrl,
    GERRIT_URL: config.gerritUrl,
    SESSION_SECRET: config.sessionSecret,
  });
  // Also read where they are used, but a wrong file must refuse the start.
  loadPolicy(config.policyFile, readKinds(config.operationsFile));
  await checkDatabase(databaseUrl);
  if (!existsSync(join(ROOT, ".next/BUILD_ID"))) {
    throw new ConfigError(["There are no pages yet: npm run build"]);
  }
  const log = createLog("web");
  logEverything(log);
  const presence = stayPresent(databaseUrl);
  const app = next({ dev: false, dir: ROOT, hostname: host, port });
  await app.prepare();
  const handle = app.getRequestHandler();
  const isHttps = config.publicUrl.startsWith("https://");
  if (isHttps && config.trustedProxies.rules.length === 0) {
    log.warn("web: PUBLIC_URL is an HTTPS address and TRUSTED_PROXIES is not set: all clients count as one");
  }
  const admit = createAdmission(config.trustedProxies);
  const accessLog = config.accessLog ? createLog("access") : undefined;
  const files = staticFiles(join(ROOT, ".next"));
  const server = createServer(TIMEOUTS, (request, response) => {
    if (isStopping) response.setHeader("connection", "close");
    measure(request, response);
    secure(request, response, isHttps);
    if (files.serve(request, response)) return;
    const context = createRequestContext(request, response);
    if (accessLog !== undefined) logAccess(request, response, context, accessLog);
    admit(request, response, () => runInRequest(context, () => answer(handle, request, response)));
  });
  refuseUnparsed(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  const metricsListener =
    config.metricsListen && (await serveMetrics(config.metricsListen, () => renderMetrics()));
  log.info(`web: listening on ${host}:${port}`, { "event.action": "web_started" });

  const stop = async (): Promise<void> => {
    if (isDraining()) return;
    startDraining();
    await sleep(config.shutdownDelayMs);
    isStopping = true;
    metricsListener?.close();
    // The process exits even if something hangs.
    setTimeout(() => process.exit(0), STOP_TIMEOUT_MS);
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await Promise.allSettled([presence.close(), closeAll()]);
    await closed;
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
}

/** Requests that never reach the handler get a response as well. */
function refuseUnparsed(server: Server): void {
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = problemDocument(new AppError("expectation_failed"));
    response.writeHead(status, headers).end(body);
  });
  server.on("clientError", (error: Error & { code?: string }, socket: Duplex) => {
    if (socket.writable && error.code !== "ECONNRESET") socket.end(rawResponse(unparsedRefusal(error.code)));
    else socket.destroy();
  });
  // CONNECT requests a tunnel; by default Node closes the connection without a response.
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    socket.end(rawResponse(unparsedRefusal("HPE_INVALID_METHOD")));
  });
}

function answer(
  handle: ReturnType<ReturnType<typeof next>["getRequestHandler"]>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { method = "GET", url = "/", headers } = request;
  const decision = screenRequest(method, url, Number(headers["content-length"] ?? 0));
  if (!decision.pass) {
    response.writeHead(decision.status, decision.headers).end(decision.body);
    return;
  }
  if (!hasValidRouterState(headers)) {
    const malformed = problemDocument(
      new AppError("invalid_request", { detail: "The router state is malformed." }),
    );
    response.writeHead(malformed.status, malformed.headers).end(malformed.body);
    return;
  }
  request.url = decision.url;
  void handle(request, response);
}

/** Also what the framework prints, and the error that ends the process. */
function logEverything(log: Log): void {
  redirectConsole(log);
  process.on("uncaughtException", (error) => {
    log.error("web: uncaught exception", { error });
    process.exit(1);
  });
}

function secure(request: IncomingMessage, response: ServerResponse, isHttps: boolean): void {
  const nonce = randomBytes(16).toString("base64");
  const headers = securityHeaders(nonce, isHttps);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Overwrites what the client has sent.
  request.headers["content-security-policy"] = headers["content-security-policy"];
  request.headers[NONCE_HEADER] = nonce;
}

/** @throws ConfigError, SchemaMismatch. An unreachable database does not prevent the start. */
async function checkDatabase(databaseUrl: string): Promise<void> {
  try {
    await refuseTransactionPooling(databaseUrl);
  } catch (cause) {
    if (!isUnreachable(cause)) throw cause;
  }
  await checkSchema(databaseUrl);
}

/** @throws SchemaMismatch. An unreachable database does not prevent the start; the check is repeated after a reconnect. */
async function checkSchema(databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, "spiderpig web");
  try {
    await requireSchema(db);
  } catch (cause) {
    if (!isUnreachable(cause)) throw cause;
  } finally {
    await closeDatabase(db);
  }
}

/**
 * A permanent connection, by which a migration detects this process even when it serves no requests. After each reconnect
 * the schema is checked again: the database may have been migrated meanwhile.
 */
function stayPresent(databaseUrl: string): Listener {
  return listen({
    databaseUrl,
    name: processName("web"),
    channels: [],
    onNotification: () => undefined,
    onGap: () => {
      checkSchema(databaseUrl).catch((cause: unknown) => {
        process.stderr.write(`${explain(cause)}\n`);
        if (cause instanceof SchemaMismatch) process.exit(1);
      });
    },
  });
}

function explain(cause: unknown): string {
  if (cause instanceof ConfigError || cause instanceof SchemaMismatch) return cause.message;
  if (!(cause instanceof Error)) return String(cause);
  if ("code" in cause && cause.code === "EADDRINUSE") return `PORT: in use already (${cause.message})`;
  return cause.stack ?? cause.message;
}
