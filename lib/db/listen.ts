// A dedicated connection that listens. It is never in a transaction, because a session receives no notifications during one.
// After a lost connection it reconnects and calls `onGap`: the notifications of the gap are lost, and the owner reads the tables.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { DatabaseClient } from "./client.ts";
import { CHANNELS, type Channel } from "./notify.ts";

export type Listener = { close(): Promise<void>; readonly connected: boolean };

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2000;
const CONNECT_TIMEOUT_MS = 3000;
/** A half-open connection looks like an idle one; a query now and then detects it. */
const CHECK_EVERY_MS = 5000;
const CHECK_TIMEOUT_MS = 3000;

type Connection = {
  databaseUrl: string;
  /** Shown in pg_stat_activity. */
  name?: string;
  /** Called after each connect and reconnect, when the channels are subscribed. */
  onGap: () => void;
  onLost?: (cause: unknown) => void;
};

type Options = Connection & {
  channels: readonly Channel[];
  /** @param rest of the payload, after the job id; empty on most channels. */
  onNotification: (channel: Channel, jobId: number, rest: string) => void;
};

/** Subscribes to our own channels in the background; returns at once, also while the database is unreachable. */
export function listen({ channels, onNotification, ...connection }: Options): Listener {
  const names = new Map(channels.map((channel) => [CHANNELS[channel] as string, channel]));
  return listenTo({
    ...connection,
    channels: [...names.keys()],
    onPayload(name, payload) {
      const channel = names.get(name);
      const [first = "", ...rest] = payload.split(" ");
      const jobId = Number(first);
      if (channel !== undefined && Number.isInteger(jobId)) onNotification(channel, jobId, rest.join(" "));
    },
  });
}

type RawOptions = Connection & {
  /** Names as PostgreSQL knows them. They are quoted, not checked. */
  channels: readonly string[];
  onPayload: (channel: string, payload: string) => void;
};

export function listenTo(options: RawOptions): Listener {
  let closed = false;
  /** The connected one. */
  let client: pg.Client | undefined;
  let retryMs = RETRY_MS_MIN;
  const closing = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    while (!closed) {
      try {
        await connectOnce();
      } catch (cause) {
        if (!closed) options.onLost?.(cause);
      }
      const waitMs = retryMs * (0.5 + Math.random() / 2);
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    }
  }

  /** Resolves or rejects when the connection has ended. */
  async function connectOnce(): Promise<void> {
    const { connection, ended } = createConnection(options);
    try {
      await connection.connect();
      for (const name of options.channels) await connection.query(`listen ${pg.escapeIdentifier(name)}`);
      // Closed meanwhile: a connection cannot be aborted while it is being made.
      if (closed) return;
      client = connection;
      retryMs = RETRY_MS_MIN;
      options.onGap();
      const check = setInterval(() => {
        connection.query("select 1").catch(() => void connection.end().catch(() => undefined));
      }, CHECK_EVERY_MS);
      const cause = await ended;
      clearInterval(check);
      if (!closed) throw cause;
    } finally {
      client = undefined;
      await connection.end().catch(() => undefined);
    }
  }

  return {
    get connected() {
      return client !== undefined;
    },
    async close() {
      closed = true;
      closing.abort();
      await client?.end().catch(() => undefined);
      await running;
    },
  };
}

/** Not connected yet; `ended` resolves with the reason when it is lost or closed. */
function createConnection(options: RawOptions): { connection: pg.Client; ended: Promise<unknown> } {
  const connection = new DatabaseClient({
    connectionString: options.databaseUrl,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    query_timeout: CHECK_TIMEOUT_MS,
    keepAlive: true,
    application_name: options.name ?? "spiderpig listen",
  });
  const ended = new Promise<unknown>((resolve) => {
    connection.on("error", resolve);
    connection.on("end", () => resolve(new Error("connection ended")));
  });
  connection.on("notification", ({ channel, payload }) => options.onPayload(channel, payload ?? ""));
  return { connection, ended };
}
