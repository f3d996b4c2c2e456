// A web process without its pages: the route handlers of app/api over a plain HTTP server. They are the very modules
// that Next would call; left out is what a build takes its minutes for. SIGTERM ends it as launch/web.ts does.
import { globSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { config } from "#lib/config.ts";

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type Route = { pattern: RegExp; file: string };
type Closer = () => void | Promise<void>;

const ROOT = join(import.meta.dirname, "../..");
const CLOSERS = Symbol.for("spiderpig.closers");
const STOP_BOUND_MS = 1500;

/** Fixed paths before those with a name in them. */
const routes: Route[] = globSync("app/api/**/route.ts", { cwd: ROOT })
  .filter((file) => !file.includes("[..."))
  .map((file) => ({ file: join(ROOT, file), pattern: patternOf(file) }))
  .toSorted((a, b) => Number(a.file.includes("[")) - Number(b.file.includes("[")));

function patternOf(file: string): RegExp {
  const path = file.replace(/^app/, "").replace(/\/route\.ts$/, "");
  return new RegExp(`^${path.replaceAll(".", "\\.").replace(/\[(\w+)\]/g, "(?<$1>[^/]+)")}$`);
}

const { host, port } = config();
const server = createServer((request, response) => void answer(request, response));
server.listen({ host, port }, () => process.stdout.write(`listening on ${host}:${port}\n`));
process.on("SIGTERM", () => void stop());

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const url = new URL(incoming.url ?? "/", `http://${host}:${port}`);
    const found = routes.find(({ pattern }) => pattern.test(url.pathname));
    if (found === undefined) return void outgoing.writeHead(404).end();
    const module = (await import(pathToFileURL(found.file).href)) as Record<string, Handler | undefined>;
    const handle = module[incoming.method ?? "GET"];
    if (handle === undefined) return void outgoing.writeHead(405).end();
    const params = { ...found.pattern.exec(url.pathname)?.groups };
    const response = await handle(await requestOf(incoming, url), { params: Promise.resolve(params) });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) return void outgoing.end();
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
  } catch (error) {
    // A client that went away in the middle is nobody's fault.
    if (!outgoing.destroyed && !outgoing.headersSent) outgoing.writeHead(599).end(String(error));
    else outgoing.destroy();
  }
}

async function requestOf(incoming: IncomingMessage, url: URL): Promise<Request> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(Buffer.from(part as Buffer));
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers, ...(hasBody ? { body: Buffer.concat(parts) } : {}) });
}

async function stop(): Promise<void> {
  setTimeout(() => process.exit(0), STOP_BOUND_MS);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const closers = (globalThis as typeof globalThis & { [CLOSERS]?: Set<Closer> })[CLOSERS] ?? new Set();
  await Promise.allSettled([...closers].map(async (close) => close()));
  await closed;
  process.exit(0);
}
