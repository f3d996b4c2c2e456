import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { AppError } from "#lib/errors.ts";
import { createGerrit } from "#lib/gerrit/client.ts";

const CHANGE = { _number: 7, project: "p", branch: "b", subject: "s", status: "NEW" };

/** A Gerrit that gives these answers one after the other, the last one for ever. */
async function aGerrit(t: TestContext, answers: readonly (readonly [status: number, body: string])[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, ""];
    asked.push(request.url ?? "");
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { gerrit: createGerrit(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}

test("a Gerrit that fails once is asked again, and the deployer does not notice", async (t) => {
  const { gerrit, asked } = await aGerrit(t, [
    [500, "busy"],
    [200, `)]}'\n${JSON.stringify([CHANGE])}`],
  ]);

  const found = await gerrit.findChanges([7]);

  assert.deepEqual(
    found.map((change) => change.number),
    [7],
  );
  assert.equal(asked.length, 2);
});

test("a Gerrit that goes on failing is named, with what it means for the deployment", async (t) => {
  const { gerrit, asked } = await aGerrit(t, [[503, "down"]]);

  await assert.rejects(gerrit.findChanges([7]), (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "gerrit_unreachable");
    assert.match(error.message, /answered 503\. Nothing was queued/);
    return true;
  });
  assert.equal(asked.length, 2);
});

test("a change that does not exist is no failure, and is asked for once", async (t) => {
  const { gerrit, asked } = await aGerrit(t, [[404, "Not found: 7"]]);

  assert.deepEqual(await gerrit.findChanges([7]), []);
  assert.equal(asked.length, 1);
});
