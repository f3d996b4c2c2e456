// What the HTTP servers of the sandbox share: listening, responses, request bodies, closing.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type Listening = { url: string; port: number; close(): Promise<void> };

const BODY_BYTES_MAX = 1_000_000;
const DRAINED_BYTES_MAX = 20_000_000;

/** @param port 0 for any free one. Rejects with the system error when the port cannot be opened. */
export async function listen(handler: Handler, host: string, port: number): Promise<Listening> {
  const server = createServer((request, response) => {
    handler(request, response).catch((cause: unknown) => {
      // The client has disconnected.
      if (request.destroyed && !request.complete) return;
      console.error(cause);
      if (!response.headersSent) sendText(response, 500, "Internal server error");
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === "object" && address !== null ? address.port : port;
  return { url: `http://${reachableName(host)}:${actualPort}`, port: actualPort, close: () => close(server) };
}

function reachableName(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, "text/plain; charset=utf-8", text);
}

export function sendPage(response: ServerResponse, status: number, html: string): void {
  // Pages contain text of changes and deployed files. They must not run scripts.
  const policy =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; frame-ancestors 'none'";
  response.setHeader("content-security-policy", policy);
  send(response, status, "text/html; charset=utf-8", html);
}

/** 303, so that the browser follows with GET after a form was sent. */
export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, "content-length": 0 });
  response.end();
}

/** The body of the request, or undefined when it is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and discarded: closing the connection early would reset it before the client reads the refusal.
    if (bytes > DRAINED_BYTES_MAX) return undefined;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks) : undefined;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
