// Starts a web process with a separate database, and sends raw requests that no HTTP client would send. Serves the pages of
// the previous build.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { closeDatabase, type Database, openDatabase } from "#lib/db/connection.ts";
import type { Role } from "#lib/domain/permission.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { openAuth } from "#lib/auth/auth.ts";
import { freePort } from "../../scripts/ports.ts";
import { testDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";
import { asOperator } from "../support/origin.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

const WEB = fileURLToPath(new URL("../../web/main.ts", import.meta.url));
const HOST = "127.0.0.1";
const SECRET = "a secret of the tests, long enough to sign with";
const PASSWORD = "correct horse battery";

export type RawAnswer = { status: number; headers: Map<string, string>; body: string };

export type WebProcess = {
  address: string;
  db: Database;
  tokens: ReadonlyMap<Role, string>;
  /** All text it has written to standard output and standard error. */
  log(): string;
  /** Asks it to stop. @returns when it has exited. */
  stop(): Promise<void>;
  /** Sends the bytes on a new connection, and reads until it is closed. */
  raw(request: string | Uint8Array): Promise<RawAnswer>;
  /** Sends the text on a new connection of which the caller decides how it is read. */
  open(request: string): Socket;
  /** The memory that it has now. */
  residentBytes(): number;
};

/** @param clean `after` of the file. */
export async function startWebProcess(
  clean: (clean: () => Promise<void>) => void,
  options: { gerritUrl: string; settings?: Record<string, string> },
): Promise<WebProcess> {
  const database = await testDatabase();
  const db = openDatabase(database.url, "test");
  const port = await freePort(HOST);
  const address = `http://${HOST}:${port}`;
  const auth = openAuth({ database: db, secret: SECRET, publicUrl: address, demoAccounts: false });
  const tokens = await addAccounts(auth.settings.database);
  const child = spawn(process.execPath, [WEB], {
    env: bareEnvironment({
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      HOST,
      PORT: String(port),
      PUBLIC_URL: address,
      DATABASE_URL: database.webUrl,
      GERRIT_URL: options.gerritUrl,
      SESSION_SECRET: SECRET,
      ...options.settings,
    }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  clean(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await closeDatabase(db);
    await database.close();
  });
  await until("the web process to listen", () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${log}`);
    return Promise.resolve(log.includes("listening on"));
  });
  const stop = async () => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return {
    address,
    db,
    tokens,
    log: () => log,
    stop,
    raw: (request) => sendRaw(port, request),
    open: (request) => openSocket(port, request),
    residentBytes: () => residentBytes(child.pid ?? 0),
  };
}

function openSocket(port: number, request: string): Socket {
  const socket = connect(port, HOST);
  socket.write(request);
  return socket;
}

async function addAccounts(db: Database): Promise<Map<Role, string>> {
  const tokens = new Map<Role, string>();
  for (const role of ["viewer", "deployer", "admin"] as const) {
    await addAccount(asOperator(db), { name: role, role, password: PASSWORD });
    const issued = await issueToken(asOperator(db), {
      account: role,
      name: "tests",
      scope: "admin",
      days: 1,
    });
    tokens.set(role, issued.token);
  }
  return tokens;
}

function residentBytes(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

/** Longer than any response takes, so that a connection that stays open fails the test that opened it. */
const OPEN_TIMEOUT_MS = 60_000;

async function sendRaw(port: number, request: string | Uint8Array): Promise<RawAnswer> {
  const socket = connect(port, HOST);
  const parts: Buffer[] = [];
  const giveUp = () => socket.destroy(new Error("the connection stays open"));
  const timer = setTimeout(giveUp, OPEN_TIMEOUT_MS);
  socket.on("data", (part: Buffer) => {
    parts.push(part);
    // A stream that is accepted stays open.
    const isStream =
      parts.length === 1 && /^content-type: text\/event-stream/im.test(part.toString("latin1"));
    if (isStream) socket.destroy();
  });
  const closed = new Promise<void>((resolve, reject) => {
    socket.once("close", () => resolve());
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // The server has responded, and does not read the rest of the request.
      if (error.code === "ECONNRESET" || error.code === "EPIPE") resolve();
      else reject(error);
    });
  });
  socket.write(request);
  await closed.finally(() => clearTimeout(timer));
  const text = Buffer.concat(parts).toString();
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(first.split(" ")[1]), headers, body: text.slice(end + 4) };
}
