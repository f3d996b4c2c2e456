// Sends one webhook message, signed by the convention of Standard Webhooks (https://www.standardwebhooks.com), and says what the
// response means.
import { createHmac, randomBytes } from "node:crypto";
import type { BlockList } from "node:net";
import type { WebhookPayload, WebhookTemplate } from "../domain/webhook.ts";
import { webhookMessage } from "../domain/webhook-message.ts";
import { webhookLookup, webhookUrlIssue } from "./endpoint.ts";
import { post, type Reply } from "./post.ts";

export type WebhookResult = {
  /** `gone`: the receiver wants no more messages. */
  kind: "delivered" | "gone" | "failed";
  durationMs: number;
  status: number | undefined;
  /** The beginning of the response. */
  body: string | undefined;
  /** Why it was not accepted, in a sentence. */
  error: string | undefined;
  retryAfterMs: number;
};

export type WebhookSender = (
  to: { url: string; secret: string; template: WebhookTemplate },
  message: { id: string; payload: WebhookPayload },
) => Promise<WebhookResult>;

const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;
const RESPONSE_BYTES_MAX = 1024;
const GONE = 410;

export function createWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

/** @param secret with its prefix. @param timestamp in seconds. */
export function webhookSignature(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

/** @param options.networks private networks that webhooks may reach. */
export function createWebhookSender(options: { publicUrl: string; networks: BlockList }): WebhookSender {
  const { publicUrl, networks } = options;
  return async (to, { id, payload }) => {
    const startedAt = performance.now();
    const failed = (error: string): WebhookResult => ({
      kind: "failed",
      durationMs: performance.now() - startedAt,
      status: undefined,
      body: undefined,
      error,
      retryAfterMs: 0,
    });
    // Again, because the setting may have changed since it was added.
    const issue = webhookUrlIssue(to.url, networks);
    if (issue !== undefined) return failed(`Not sent: the URL is not accepted. ${issue}`);
    const { contentType, body } = webhookMessage(to.template, payload, publicUrl);
    const timestamp = Math.floor(Date.now() / 1000);
    const url = new URL(to.url);
    try {
      const reply = await post({
        url,
        headers: {
          "content-type": contentType,
          "content-length": String(Buffer.byteLength(body)),
          "user-agent": "SpiderPig",
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": webhookSignature(to.secret, id, timestamp, body),
        },
        body: Buffer.from(body),
        // A connection that another request has opened may lead to an address that is not permitted here.
        agent: false,
        lookup: webhookLookup(url, networks),
        bodyBytes: RESPONSE_BYTES_MAX,
      });
      return { ...resultOf(reply), durationMs: performance.now() - startedAt };
    } catch (error) {
      return failed(`No response: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
}

function resultOf({ status, retryAfterMs, body }: Reply): Omit<WebhookResult, "durationMs"> {
  // PostgreSQL stores no NUL.
  const replied = { status, retryAfterMs, body: body.replaceAll("\0", "") };
  if (status >= 200 && status < 300) return { ...replied, kind: "delivered", error: undefined };
  if (status === GONE) {
    return { ...replied, kind: "gone", error: "The receiver wants no more messages (status 410)." };
  }
  const isRedirect = status >= 300 && status < 400;
  return {
    ...replied,
    kind: "failed",
    error: isRedirect
      ? `The receiver redirects (status ${status}). Redirects are not followed: add a webhook with the new URL.`
      : `The receiver responded with status ${status}.`,
  };
}
