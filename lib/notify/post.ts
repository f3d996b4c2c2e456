// One POST request to a server that a person has named, which may be hostile or not respond: redirects are not followed, and
// time and the response are bounded.
import { type Agent, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";

export type Reply = {
  status: number;
  /** What the server asks for; 0 without a usable value. */
  retryAfterMs: number;
  /** Its beginning. */
  body: string;
};

const TIMEOUT_MS = 10_000;
const RETRY_AFTER_MS_MAX = 3_600_000;

/**
 * @param agent false: a connection of its own.
 * @param lookup resolves the name, and decides to which addresses it connects.
 * @param bodyBytes how much of the response is read.
 * @throws Error when there is no response.
 */
export function post({
  url,
  headers,
  body,
  agent,
  lookup,
  bodyBytes = 0,
}: {
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
  agent?: Agent | false;
  lookup?: LookupFunction;
  bodyBytes?: number;
}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "http:" ? httpRequest : httpsRequest)(url, {
      method: "POST",
      headers,
      // Also limits resolving, connecting and reading.
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(agent === undefined ? {} : { agent }),
      ...(lookup === undefined ? {} : { lookup }),
    });
    request.on("response", (response) => {
      const { statusCode: status = 0, headers: replied } = response;
      void readBeginning(response, bodyBytes).then((text) =>
        resolve({ status, retryAfterMs: delayOf(replied["retry-after"]), body: text }),
      );
    });
    request.on("error", (error) => reject(isTimeout(error) ? new Error("no response within 10 s") : error));
    request.end(body);
  });
}

/** What there is of it when the connection breaks or the time is over: the status counts. */
async function readBeginning(response: IncomingMessage, bytesMax: number): Promise<string> {
  let read = Buffer.alloc(0);
  try {
    if (bytesMax > 0) {
      for await (const chunk of response) {
        read = Buffer.concat([read, chunk as Buffer]);
        if (read.length >= bytesMax) break;
      }
    }
  } catch {
    // The beginning is enough.
  }
  response.destroy();
  return read.subarray(0, bytesMax).toString("utf8");
}

function isTimeout(error: Error): boolean {
  return error.name === "AbortError" || error.name === "TimeoutError";
}

/** @param retryAfter seconds or a date. */
function delayOf(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(RETRY_AFTER_MS_MAX, Math.max(0, ms));
}
