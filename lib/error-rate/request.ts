// One request for JSON to an error source: with a timeout and a size limit, without redirects, checked against a schema.
import { z } from "zod";
import { visibleText } from "../domain/visible-text.ts";
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
  if (status !== 200) {
    throw new ErrorSourceFailure(url, `responded with status ${status}${reasonOf(text ?? "")}`);
  }
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

const REASON_MAX = 200;
/** Of OpenSearch, and of Prometheus. */
const errorBody = z.object({ error: z.union([z.object({ reason: z.string() }), z.string()]) });

/** What the source says about its refusal, for example that a field does not have the type that the search needs. */
function reasonOf(text: string): string {
  try {
    const { error } = errorBody.parse(JSON.parse(text));
    const reason = visibleText(typeof error === "string" ? error : error.reason).replace(/\s+/g, " ");
    return `: ${reason.slice(0, REASON_MAX)}`;
  } catch {
    // A proxy responded, or it is another program.
    return "";
  }
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
