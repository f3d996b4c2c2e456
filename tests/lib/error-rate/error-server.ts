// An HTTP server in place of OpenSearch or Prometheus. A test says what it responds, and reads what it was asked.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Asked = { url: URL; authorization: string | undefined; body: unknown };
type Reply = { status?: number; body?: unknown; text?: string; isSilent?: boolean };

export async function startErrorServer(clean: (clean: () => Promise<void>) => void) {
  const asked: Asked[] = [];
  let reply: Reply = {};
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      asked.push({
        url: new URL(request.url ?? "/", "http://errors"),
        authorization: request.headers.authorization,
        body: text === "" ? undefined : JSON.parse(text),
      });
      if (reply.isSilent === true) return;
      response.writeHead(reply.status ?? 200, { "content-type": "application/json", location: "/elsewhere" });
      response.end(reply.text ?? JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clean(async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    respond(next: Reply) {
      reply = next;
    },
  };
}
