// A push service on loopback (RFC 8030): it verifies the VAPID token (RFC 8292) of each message, decrypts the message as a
// browser does (RFC 8291), and keeps what it received. The code of the program is not used, so that an error in it is found.
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

export type ReceivedPush = {
  /** Of the subscription. */
  name: string;
  payload: Record<string, unknown>;
  ttl: number;
  urgency: string | undefined;
  topic: string | undefined;
};

type Reply = { status: number; headers?: Record<string, string> };

export type PushReceiver = Awaited<ReturnType<typeof startPushReceiver>>;
export type Browser = { endpoint: string; keys: { p256dh: string; auth: string } };

export async function startPushReceiver(clean: (clean: () => Promise<void>) => void) {
  const received: ReceivedPush[] = [];
  const refused: string[] = [];
  const browsers = new Map<string, { pair: ECDH; auth: Buffer }>();
  let reply: (push: ReceivedPush) => Reply | Promise<Reply> = () => ({ status: 201 });
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      receive(request, Buffer.concat(parts)).then(
        ({ status, headers }) => response.writeHead(status, headers).end(),
        (error: unknown) => {
          refused.push(String(error));
          response.writeHead(400).end();
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  clean(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function receive(request: IncomingMessage, body: Buffer): Promise<Reply> {
    const name = decodeURIComponent(request.url?.slice(1) ?? "");
    const browser = browsers.get(name);
    if (browser === undefined) return { status: 404 };
    if (request.method !== "POST") throw new Error(`method ${request.method}`);
    requireVapid(request.headers.authorization, origin);
    if (request.headers["content-encoding"] !== "aes128gcm") throw new Error("no content encoding");
    const { ttl, urgency, topic } = headers.parse(request.headers);
    const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(decrypt(body, browser)));
    const push = { name, payload, ttl, urgency, topic };
    const answer = await reply(push);
    if (answer.status < 300) received.push(push);
    return answer;
  }

  return {
    /** Accepted messages, in their order. */
    received,
    /** Messages that violate a specification. */
    refused,
    /** A subscription, as `PushSubscription.toJSON()` returns it. */
    subscribe(name: string): Browser {
      const pair = createECDH("prime256v1");
      const p256dh = pair.generateKeys("base64url");
      const auth = randomBytes(16);
      browsers.set(name, { pair, auth });
      return {
        endpoint: `${origin}/${encodeURIComponent(name)}`,
        keys: { p256dh, auth: auth.toString("base64url") },
      };
    },
    /** How it responds from now on; accepts everything by default. */
    respond(how: typeof reply): void {
      reply = how;
    },
  };
}

const headers = z.object({
  ttl: z.coerce.number().int().nonnegative(),
  urgency: z.enum(["very-low", "low", "normal", "high"]).optional(),
  topic: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .optional(),
});

const claims = z.object({ aud: z.string(), exp: z.number(), sub: z.string().optional() });

function requireVapid(authorization: string | undefined, origin: string): void {
  const { token = "", key = "" } =
    /^vapid t=(?<token>[\w.-]+), k=(?<key>[\w-]+)$/.exec(authorization ?? "")?.groups ?? {};
  const [header = "", payload = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const publicKey = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
  const isSigned = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) throw new Error("the token is not signed with the key");
  const { aud, exp } = claims.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  const secondsLeft = exp - Date.now() / 1000;
  if (aud !== origin) throw new Error(`the token is for ${aud}`);
  if (secondsLeft <= 0 || secondsLeft > 24 * 3600) throw new Error(`the token lasts ${secondsLeft} s`);
}

function decrypt(body: Buffer, { pair, auth }: { pair: ECDH; auth: Buffer }): string {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const senderKey = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  if (record.length > body.readUInt32BE(16) || body.length > 4096) throw new Error("more than one record");
  const derive = (key: Buffer, by: Buffer, info: string | Buffer, length: number) =>
    Buffer.from(hkdfSync("sha256", key, by, info, length));
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), pair.getPublicKey(), senderKey]);
  const input = derive(pair.computeSecret(senderKey), auth, info, 32);
  const key = derive(input, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = derive(input, salt, "Content-Encoding: nonce\0", 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error("the last record has no delimiter");
  return padded.subarray(0, end).toString();
}
