// One request for JSON to an error source: with a timeout and a size limit, without redirects, checked against a schema.
import { z } from "zod";
import { fetchFailureOf } from "../fetch-failure.ts";
import { ErrorSourceFailure } from "./source.ts";

export type JsonRequest = {
  url: URL;
  /** Value of the header Authorization. */
  authorization: string | undefined;
  /** Sent with POST; without it the request is a GET. */
  body?: object;
  timeoutMs?: number;
};

const TIMEOUT_MS = 8000;
const RESPONSE_BYTES_MAX = 8 * 1024 * 1024;

/** @throws ErrorSourceFailure. */
export async function requestJson<Schema extends z.ZodType>(
  request: JsonRequest,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { url, authorization, body, timeoutMs = TIMEOUT_MS } = request;
  let status: number;
  let text: string | undefined;
  try {
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    text = await boundedText(response);
  } catch (cause) {
    throw new ErrorSourceFailure(url, fetchFailureOf(cause, timeoutMs).reason, cause);
  }
  if (status !== 200) throw new ErrorSourceFailure(url, `responded with status ${status}`);
  if (text === undefined) throw new ErrorSourceFailure(url, "sent a response that is too large");
  return parse(url, text, schema);
}

/** Undefined if it is too large. */
async function boundedText(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > RESPONSE_BYTES_MAX) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function parse<Schema extends z.ZodType>(url: URL, text: string, schema: Schema): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ErrorSourceFailure(url, "sent a response that is not JSON", cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ErrorSourceFailure(url, "sent JSON in an unexpected form", parsed.error);
}
