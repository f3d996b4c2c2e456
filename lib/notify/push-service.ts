// Sends one message to a push service (RFC 8030), and says what its response means.
import { Agent } from "node:https";
import { type EndpointRules, endpointIssue, publicLookup } from "./endpoint.ts";
import { encryptPush, type PushKeys } from "./encrypt-push.ts";
import { post, type Reply } from "./post.ts";
import { vapidAuthorization, type VapidKey } from "./vapid.ts";

export type PushMessage = {
  /** Encrypted before it is sent. */
  payload: object;
  /** A later message with the same topic replaces one that the device has not received yet. */
  topic: string;
  ttlSeconds: number;
  urgency: "normal" | "high";
};

export type PushResult =
  | { kind: "sent" }
  /** The subscription no longer exists. */
  | { kind: "gone" }
  /** The service is unreachable, overloaded, or refuses the message. */
  | { kind: "failed"; why: string; retryAfterMs: number };

export type PushSender = (
  device: PushKeys & { endpoint: string },
  message: PushMessage,
) => Promise<PushResult>;

export function createPushSender(options: {
  key: () => Promise<VapidKey>;
  subject: string | undefined;
  rules: EndpointRules;
  /** An HTTP proxy, which then resolves the names of push services. */
  proxy?: string | undefined;
}): PushSender {
  const { proxy } = options;
  // Next's types require NODE_ENV; the agent does not read it.
  const proxyEnv = { NODE_ENV: "production", HTTPS_PROXY: proxy } as const;
  const agent = proxy === undefined ? undefined : new Agent({ proxyEnv });
  return async (device, message) => {
    // Also for rows that another version or other settings have accepted.
    const issue = endpointIssue(device.endpoint, options.rules);
    if (issue !== undefined) return { kind: "gone" };
    const body = encryptPush(Buffer.from(JSON.stringify(message.payload)), device);
    const headers = {
      authorization: vapidAuthorization(await options.key(), {
        endpoint: device.endpoint,
        subject: options.subject,
        nowMs: Date.now(),
      }),
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
      "content-length": String(body.length),
      ttl: String(message.ttlSeconds),
      urgency: message.urgency,
      topic: message.topic,
    };
    try {
      const url = new URL(device.endpoint);
      const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
      // Only what endpointIssue has accepted gets here.
      const route = isLoopback ? {} : agent === undefined ? { lookup: publicLookup } : { agent };
      return resultOf(await post({ url, headers, body, ...route }));
    } catch (error) {
      return { kind: "failed", why: error instanceof Error ? error.message : String(error), retryAfterMs: 0 };
    }
  };
}

function resultOf({ status, retryAfterMs }: Reply): PushResult {
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status === 404 || status === 410) return { kind: "gone" };
  return { kind: "failed", why: `status ${status}`, retryAfterMs };
}
