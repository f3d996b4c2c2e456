// Serves a job to its clients over the socket of its directory. server-clients.ts has what they receive, server-orders.ts what they
// order.
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createFrameReader, encodeJson, FRAME } from "../protocol/frames.ts";
import { socketAddress } from "../protocol/job-directory.ts";
import type { Attached, Reading } from "../protocol/messages.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";
import { type Client, type OrderHandlers, send, serve, type Service, wake } from "./server-clients.ts";
import { receiveOrders } from "./server-orders.ts";

/** While no command runs an order has no effect. It is answered anyway, because the worker waits for that. */
const NO_COMMAND: OrderHandlers = {
  type: ({ interactionId, readId }) =>
    Promise.resolve({ interactionId, readId, result: "not_reading", isRepeat: false, at: Date.now() }),
  signal: ({ signalId }) => Promise.resolve({ signalId, count: 0, pids: [] }),
  resize: () => undefined,
  reply: () => undefined,
};

/** Further connections are refused: workers have one each, and people who inspect a job a few. */
const CLIENTS_MAX = 64;
const ATTACH_TIMEOUT_MS = 5000;
export type JobServer = {
  /** Resolves when clients can connect. @throws when the socket cannot be made. */
  listen(directory: string): Promise<void>;
  setHandlers(handlers: OrderHandlers): void;
  /** Called when the journal has grown. Cheap: clients are served at the end of the turn of the event loop. */
  wake(): void;
  /** Bytes of the journal that the worker has not been sent yet; 0 when no worker is connected. */
  readonly backlogBytes: number;
  publishReading(reading: Reading): void;
  publishNotReading(readId: number): void;
  publishJournalError(message: string | null, unsavedBytes: number): void;
  /**
   * The journal has its last record: disconnects each client that has received it. Resolves when all are disconnected, at the
   * latest after `timeoutMs`.
   */
  finish(timeoutMs: number): Promise<void>;
};

export function createJobServer(
  journal: Journal,
  options: { epoch: number; log: Log; describe: () => Omit<Attached, "fromPosition" | "endPosition"> },
): JobServer {
  const service: Service = {
    journal,
    ...options,
    clients: new Set(),
    handlers: NO_COMMAND,
    reading: undefined,
    endedReadId: 0,
    journalError: undefined,
    isWakeQueued: false,
    isComplete: false,
  };
  const { promise: emptied, resolve: onEmpty } = Promise.withResolvers<void>();
  const server = createServer((socket) => accept(service, socket, onClientGone));
  server.maxConnections = CLIENTS_MAX;

  function onClientGone(): void {
    if (service.isComplete && service.clients.size === 0) onEmpty();
  }

  return {
    listen: (directory) => listen(server, directory, options.log),
    setHandlers(handlers) {
      service.handlers = handlers;
    },
    wake: () => wake(service),
    get backlogBytes() {
      return backlogBytes(service);
    },
    publishReading(reading) {
      service.reading = reading;
      wake(service);
    },
    publishNotReading: (readId) => publishNotReading(service, readId),
    publishJournalError: (message, unsavedBytes) => publishJournalError(service, message, unsavedBytes),
    async finish(timeoutMs) {
      service.isComplete = true;
      wake(service);
      if (service.clients.size > 0) await Promise.race([emptied, sleep(timeoutMs)]);
      server.close();
      service.clients.forEach(({ socket }) => socket.destroy());
    },
  };
}

function listen(server: Server, directory: string, log: Log): Promise<void> {
  const address = socketAddress(directory);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.path, () => {
      server.off("error", reject);
      server.on("error", (error) => log("the socket failed", { error: error.message }));
      // The mode of the directory protects the socket already; this is for a directory whose mode was changed by hand.
      chmodSync(address.path, 0o600);
      resolve();
    });
  });
}

function backlogBytes(service: Service): number {
  const sent = [...service.clients]
    .filter(({ epoch }) => epoch !== undefined && epoch > 0)
    .map(({ position }) => position);
  return sent.length === 0 ? 0 : service.journal.end - Math.max(...sent);
}

function publishNotReading(service: Service, readId: number): void {
  service.reading = undefined;
  service.endedReadId = readId;
  for (const client of service.clients) {
    if (client.sentReading !== undefined) {
      client.sentReading = undefined;
      send(client, encodeJson(FRAME.notReading, { readId }, Date.now()));
    }
  }
}

function publishJournalError(service: Service, message: string | null, unsavedBytes: number): void {
  const frame = encodeJson(FRAME.journalError, { message, unsavedBytes }, Date.now());
  service.journalError = message === null ? undefined : frame;
  for (const client of service.clients) {
    if (client.epoch !== undefined) {
      send(client, frame);
    }
  }
}

function accept(service: Service, socket: Socket, onGone: () => void): void {
  const client: Client = {
    socket,
    frames: createFrameReader(),
    epoch: undefined,
    position: 0,
    sentReading: undefined,
  };
  service.clients.add(client);
  const attachTimeout = setTimeout(() => {
    if (client.epoch === undefined) {
      socket.destroy();
    }
  }, ATTACH_TIMEOUT_MS);
  socket.on("data", (chunk: Buffer) => receiveOrders(service, client, chunk));
  socket.on("drain", () => serve(service, client));
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    clearTimeout(attachTimeout);
    service.clients.delete(client);
    onGone();
  });
}
