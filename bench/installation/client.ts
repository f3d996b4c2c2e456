// An HTTP client that behaves like the page: session cookie, keep-alive connections. It records when each request was
// sent and when each response or event arrived.
import { Agent, request, type IncomingMessage } from "node:http";
import { z } from "zod";
import { interaction } from "#lib/contract/interaction.ts";
import { job, type Job } from "#lib/contract/job.ts";
import { now } from "../clock.ts";
import { createEventReader, type ServerEvent } from "./event-reader.ts";

export type Answered = { status: number; text: string; sentAt: number; receivedAt: number };
export type ArrivedEvent = ServerEvent & { at: number };
export type Subscription = { closed: Promise<void>; close(): void };

/** A deployable change in the sandbox's Gerrit. A benchmark program runs instead of scap, so it is never merged. */
const CHANGE = "1234";

export type Client = ReturnType<typeof createClient>;

export function createClient(base: string, cookie: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  function open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { cookie, origin: base, "content-type": "application/json" };
    const sent = request(base + path, { method, agent, headers });
    sent.once("response", resolve).once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }

  /** Resolves with the response, whatever its status. Rejects when the server is unreachable. */
  async function send(method: string, path: string, body?: unknown): Promise<Answered> {
    const sentAt = now();
    const response = await open(method, path, body);
    let text = "";
    response.setEncoding("utf8");
    for await (const piece of response) text += z.string().parse(piece);
    return { status: response.statusCode ?? 0, text, sentAt, receivedAt: now() };
  }

  /** Resolves when the response has started. `onPiece` receives the text as it arrives. */
  async function stream(path: string, onPiece: (text: string, at: number) => void): Promise<Subscription> {
    const response = await open("GET", path);
    if (response.statusCode !== 200) throw new Error(`${path}: status ${response.statusCode}`);
    response.setEncoding("utf8");
    response.on("data", (piece: string) => onPiece(piece, now()));
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    response.on("error", () => undefined);
    return { closed, close: () => response.destroy() };
  }

  return {
    send,
    stream,
    async createJob(lane?: string): Promise<{ job: Job; answered: Answered }> {
      const body = { kind: "backport", changes: [CHANGE], ...(lane === undefined ? {} : { lane }) };
      const answered = await send("POST", "/api/jobs", body);
      return { job: job.parse(JSON.parse(expectStatus(answered, 201))), answered };
    },
    async answer(jobId: number, interactionId: number, value: boolean | string): Promise<Answered> {
      const path = `/api/jobs/${jobId}/interactions/${interactionId}/answer`;
      const answered = await send("PUT", path, { value });
      interaction.parse(JSON.parse(expectStatus(answered, 200)));
      return answered;
    },
    watch(path: string, onEvent: (event: ArrivedEvent) => void): Promise<Subscription> {
      const read = createEventReader();
      return stream(path, (piece, at) => {
        for (const event of read(piece)) onEvent({ ...event, at });
      });
    },
    close: () => agent.destroy(),
  };
}

function expectStatus({ status, text }: Answered, expected: number): string {
  if (status !== expected) throw new Error(`expected status ${expected}, got ${status}: ${text}`);
  return text;
}
