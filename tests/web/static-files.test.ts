// Scripts of the build are sent as the build compressed them, and nothing else is read from the disk.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { staticFiles } from "../../web/static-files.ts";

const SCRIPT = "console.log('a script of the page')";
const build = mkdtempSync(join(tmpdir(), "static-files-"));
mkdirSync(join(build, "static/chunks"), { recursive: true });
writeFileSync(join(build, "static/chunks/a.js.br"), brotliCompressSync(SCRIPT));
writeFileSync(join(build, "secret.js.br"), "secret");
const files = staticFiles(build);
const server = createServer((incoming, response) => {
  if (!files.serve(incoming, response)) response.writeHead(404).end();
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
after(() => {
  server.close();
  rmSync(build, { recursive: true });
});

function get(
  path: string,
  encodings: string,
): Promise<{ status: number; headers: NodeJS.Dict<unknown>; body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof get>>>();
  request({ port, path, headers: { "accept-encoding": encodings }, agent: false }, (response) => {
    const pieces: Buffer[] = [];
    response.on("data", (piece: Buffer) => pieces.push(piece));
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
    );
  })
    .on("error", reject)
    .end();
  return promise;
}

test("a browser that accepts Brotli gets the compressed script, and keeps it", async () => {
  const { status, headers, body } = await get("/_next/static/chunks/a.js", "gzip, deflate, br");

  assert.equal(status, 200);
  assert.equal(headers["content-encoding"], "br");
  assert.equal(headers["content-type"], "text/javascript; charset=utf-8");
  assert.match(String(headers["cache-control"]), /immutable/);
  assert.equal(brotliDecompressSync(body).toString(), SCRIPT);
});

test("other browsers, other files and other paths are left to Next", async () => {
  assert.equal((await get("/_next/static/chunks/a.js", "gzip")).status, 404);
  assert.equal((await get("/_next/static/chunks/a.js", "gzip, br;q=0")).status, 404);
  assert.equal((await get("/_next/static/chunks/b.js", "br")).status, 404);
  assert.equal((await get("/_next/static/../secret.js", "br")).status, 404);
  assert.equal((await get("/_next/static/%2e%2e/secret.js", "br")).status, 404);
});
