// A receiver of webhooks on loopback: it verifies the signature of each message (Standard Webhooks), and keeps what it received.
// The code of the program is not used, so that an error in it is found.
import assert from "node:assert/strict";
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo, BlockList } from "node:net";

export type ReceivedMessage = { id: string; path: string; contentType: string; body: string };
type Reply = { status: number; headers?: Record<string, string>; body?: string };

/** What a webhook of the tests may reach. */
export const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");

export async function startWebhookReceiver(clean: (clean: () => Promise<void>) => void) {
  const received: ReceivedMessage[] = [];
  const refused: string[] = [];
  const secrets = new Map<string, string>();
  let reply: (message: ReceivedMessage) => Reply = () => ({ status: 204 });
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const header = (name: string) => String(request.headers[name] ?? "");
      const [path, body] = [request.url ?? "", Buffer.concat(parts).toString()];
      const id = header("webhook-id");
      const message = { id, path, contentType: header("content-type"), body };
      const signed = `${id}.${header("webhook-timestamp")}.${body}`;
      try {
        assert.ok(isSigned(signed, header("webhook-signature"), secrets.get(path) ?? ""), "wrong signature");
        const age = Date.now() / 1000 - Number(header("webhook-timestamp"));
        assert.ok(age > -5 && age < 300, `a timestamp ${age} seconds ago`);
      } catch (error) {
        refused.push(`${path}: ${String(error)}`);
      }
      received.push(message);
      const { status, headers, body: text } = reply(message);
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  clean(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    /** All requests, in their order. */
    received,
    /** Why requests violate the convention. */
    refused,
    origin,
    /** The messages to this path verify with this secret. */
    expects(path: string, secret: string): void {
      secrets.set(path, secret);
    },
    /** How it responds from now on; accepts everything by default. */
    respond(how: typeof reply): void {
      reply = how;
    },
  };
}

function isSigned(content: string, signature: string, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = Buffer.from(`v1,${createHmac("sha256", key).update(content).digest("base64")}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
