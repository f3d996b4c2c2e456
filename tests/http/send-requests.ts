// Sends malformed requests to a web process, and names every response that is a server error, no problem document, or missing.
import type { RawRequest } from "./malformed-requests.ts";
import type { RawAnswer, WebProcess } from "./web-process.ts";

/** As the bytes of HTTP/1.1. */
export function rawRequest({ method = "GET", target, headers = [], body }: RawRequest): string {
  const ofBody =
    body === undefined
      ? []
      : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${target} HTTP/1.1`, "host: x", "connection: close", ...headers, ...ofBody];
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** @returns the document. @throws when it is none, or that of another status. */
export function problemIn(answer: RawAnswer): { status: number; code: string; title: string } {
  const type = answer.headers.get("content-type");
  if (type !== "application/problem+json") throw new Error(`${answer.status} as ${type}`);
  const text = answer.headers.has("transfer-encoding") ? unchunked(answer.body) : answer.body;
  const document = JSON.parse(text) as { status: number; code: string; title: string };
  if (document.status !== answer.status || document.code === "" || document.title === "") {
    throw new Error(`${answer.status} with ${text}`);
  }
  return document;
}

function unchunked(body: string): string {
  // Lengths are of bytes.
  let rest = Buffer.from(body);
  const parts: Buffer[] = [];
  for (;;) {
    const end = rest.indexOf("\r\n");
    const length = Number.parseInt(rest.subarray(0, end).toString(), 16);
    if (!(length > 0)) return Buffer.concat(parts).toString();
    parts.push(rest.subarray(end + 2, end + 2 + length));
    rest = rest.subarray(end + 4 + length);
  }
}

/** @param next undefined after the last request. @returns a line for each violation. */
export async function sendAll(
  web: WebProcess,
  next: () => RawRequest | undefined,
  atOnce: number,
): Promise<string[]> {
  const violations: string[] = [];
  const work = async () => {
    for (let request = next(); request !== undefined; request = next()) {
      const violation = await violationOf(web, request);
      if (violation !== undefined) violations.push(`${violation}: ${JSON.stringify(request).slice(0, 400)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return violations;
}

async function violationOf(web: WebProcess, request: RawRequest): Promise<string | undefined> {
  try {
    const answer = await web.raw(rawRequest(request));
    if (!(answer.status >= 200 && answer.status < 500)) return `status ${answer.status}`;
    const hasBody = request.method !== "HEAD";
    if (answer.status >= 400 && hasBody && request.target.startsWith("/api/")) problemIn(answer);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Lines of the log that are an error. A warning may contain one, for example when the database responds late. */
export function loggedErrors(web: WebProcess): string[] {
  const isError = /"log\.level":"(error|fatal)"|Error\b|⨯|^\s+at /;
  return web
    .log()
    .split("\n")
    .filter((line) => isError.test(line) && !/"log\.level":"(warn|info)"/.test(line));
}
