// A proxy between a browser and the web server, for fault injection: it counts event streams, breaks connections, and delays
// requests, including those that the browser has aborted.
import { createServer, request as sendOn, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type Network = {
  /** The address for the browser. */
  url: string;
  /** Number of open event streams. */
  openStreams: () => number;
  /** Maximum number of concurrent event streams. */
  maxStreams: () => number;
  /** Holds all requests until `deliver` is called. Open streams stay open. */
  hold: () => void;
  /** Delivers the held requests in order. @returns their number. */
  deliver: () => number;
  /** Breaks all connections and refuses new ones, until the returned function is called. */
  breakAll: () => () => void;
  close: () => void;
};

export async function startNetwork(target: string): Promise<Network> {
  const sockets = new Set<Socket>();
  const streams = createStreamCount();
  let held: (() => void)[] | undefined;
  let isBroken = false;

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const pass = () => forward({ target, request, response, body: Buffer.concat(parts), streams });
      if (held === undefined) pass();
      else held.push(pass);
    });
  });
  server.on("connection", (socket) => {
    if (isBroken) return void socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openStreams: streams.open,
    maxStreams: streams.max,
    hold: () => {
      held = [];
    },
    deliver: () => {
      const late = held ?? [];
      held = undefined;
      for (const pass of late) pass();
      return late.length;
    },
    breakAll: () => {
      isBroken = true;
      for (const socket of sockets) socket.destroy();
      return () => {
        isBroken = false;
      };
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function createStreamCount() {
  let open = 0;
  let max = 0;
  return {
    open: () => open,
    max: () => max,
    add: (response: ServerResponse) => {
      open += 1;
      max = Math.max(max, open);
      response.once("close", () => (open -= 1));
    },
  };
}

function forward(exchange: {
  target: string;
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
  streams: ReturnType<typeof createStreamCount>;
}): void {
  const { target, request, response } = exchange;
  const { host } = new URL(target);
  const { origin } = request.headers;
  const headers = { ...request.headers, host, ...(origin === undefined ? {} : { origin: target }) };
  const onwards = sendOn(target + (request.url ?? "/"), { method: request.method, headers }, (answer) => {
    // The browser has left meanwhile, and `close` is over.
    if (response.closed) return void answer.destroy();
    if (answer.headers["content-type"]?.startsWith("text/event-stream") === true) {
      exchange.streams.add(response);
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  onwards.on("error", () => response.destroy());
  response.on("close", () => onwards.destroy());
  onwards.end(exchange.body);
}
