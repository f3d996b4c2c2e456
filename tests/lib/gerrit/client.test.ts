// Each failure of Gerrit becomes an error that says what happened, what it means and what to do, and one line in the log.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createPlainServer, type AddressInfo } from "node:net";
import { after, test, type TestContext } from "node:test";
import { changeAddress } from "#lib/domain/change-reference.ts";
import { AppError, type ErrorCode } from "#lib/errors.ts";
import { createGerrit } from "#lib/gerrit/client.ts";
import type { Log } from "#lib/log.ts";
import { parseTrace, runInRequest } from "#lib/request-context.ts";
import { MARKED_PROJECT, ODD, startReviewServer } from "./review-server.ts";

const review = await startReviewServer();
after(() => review.close());

type Line = { message: string; facts: Record<string, unknown> };

function aLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const write = (message: string, facts: Record<string, unknown> = {}) => void lines.push({ message, facts });
  return { log: { debug: write, info: write, warn: write, error: write }, lines };
}

async function refusalOf(url: string, number: number): Promise<{ refusal: AppError; lines: Line[] }> {
  const { log, lines } = aLog();
  const refusal = await createGerrit(url, log)
    .findChanges([number])
    .then(
      () => assert.fail("the request succeeded"),
      (error: unknown) => error,
    );
  assert.ok(refusal instanceof AppError, String(refusal));
  return { refusal, lines };
}

const FAILURES: readonly (readonly [kind: keyof typeof ODD, code: ErrorCode, detail: RegExp])[] = [
  ["signInPage", "gerrit_sign_in_required", /\/changes\/ sent a web page, probably a sign-in form\./],
  ["forbidden", "gerrit_sign_in_required", /responded with 403\./],
  ["redirect", "gerrit_redirected", /redirects to http:\/\/127\.0\.0\.1:\d+\/login\. .*set GERRIT_URL/],
  ["wrongPath", "gerrit_not_found", /responded with 404\. .*check the path in GERRIT_URL/],
  ["refusedQuery", "gerrit_query_refused", /^Its message: “too many \[31m terms in query.{0,200}…” Nothing/],
  ["cutConnection", "gerrit_answer_incomplete", /in the middle of its response\./],
  ["cutJson", "gerrit_answer_incomplete", /JSON that is incomplete/],
  ["noGuard", "gerrit_answer_invalid", /did not begin its response with/],
  ["unknownForm", "gerrit_answer_invalid", /JSON in an unexpected form/],
  ["endless", "gerrit_answer_invalid", /too large/],
  ["error", "gerrit_failed", /responded with 503\. .*Try again/],
];

for (const [kind, code, detail] of FAILURES) {
  test(`a Gerrit failure "${kind}" has a distinct error, and nothing is queued`, async () => {
    const { refusal, lines } = await refusalOf(review.url, ODD[kind]);

    assert.equal(refusal.code, code);
    assert.match(refusal.detail ?? "", detail);
    assert.match(refusal.detail ?? "", /Nothing was queued\./);
    assert.equal(lines.length, 1, "one line in the log");
    assert.equal(lines[0]?.facts["code"], code);
    assert.equal(lines[0]?.facts["path"], "/changes/");
    assert.equal(lines[0]?.facts["query"], `change:${ODD[kind]}`);
  });
}

test("a slow and an unresponsive Gerrit are distinguished within eight seconds", async (t) => {
  const startedAt = performance.now();
  const silent = await refusalOf(review.url, ODD.silence);
  assert.equal(silent.refusal.code, "gerrit_timeout");
  assert.ok(performance.now() - startedAt < 8500, "pages time out after ten seconds");
  assert.equal((await refusalOf("http://127.0.0.1:1", 1)).refusal.code, "gerrit_unreachable");
  const plain = await aPlainServer(t, "hello\r\n");
  const refusal = (await refusalOf(plain, 1)).refusal;
  assert.equal(refusal.code, "gerrit_answer_invalid");
});

test("an untrusted TLS certificate is reported as such", async (t) => {
  const plain = await aPlainServer(t, "HTTP/1.1 200 OK\r\n\r\n");
  const { refusal } = await refusalOf(plain.replace("http:", "https:"), 1);
  assert.equal(refusal.code, "gerrit_untrusted");
  assert.match(refusal.detail ?? "", /failed TLS \(.+\)\. Nothing was queued\./);
});

test("secrets in a redirect or a URL are neither shown nor logged", async () => {
  const { refusal, lines } = await refusalOf(review.url, ODD.redirect);
  assert.doesNotMatch(`${refusal.message} ${JSON.stringify(lines)}`, /token=abc/);
  const named = await refusalOf(review.url.replace("//", "//reader:hunter2@"), ODD.wrongPath);
  assert.doesNotMatch(`${named.refusal.message} ${JSON.stringify(named.lines)}`, /hunter2/);
});

test("a redirect is not followed", async () => {
  const before = review.asked.length;
  await refusalOf(review.url, ODD.redirect);
  assert.deepEqual(
    review.asked.slice(before).map((path) => path.split("?")[0]),
    ["/changes/"],
  );
});

test("a request that fails once is retried, and the deployer sees no error", async (t) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(500).end("busy");
    else response.end(`)]}'\n[{"_number":7,"project":"p","branch":"b","subject":"s","status":"NEW"}]`);
  });
  const found = await createGerrit(await listen(t, server)).findChanges([7]);
  assert.deepEqual(
    found.map((change) => change.number),
    [7],
  );
  assert.equal(asked, 2);
});

test("the trace of the request that needs Gerrit is passed on", async (t) => {
  const traces: unknown[] = [];
  const server = createServer((request, response) => {
    traces.push(request.headers["traceparent"]);
    response.end(`)]}'\n[]`);
  });
  const gerrit = createGerrit(await listen(t, server));
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();

  runInRequest({ requestId: "r1", trace: parseTrace(traceparent) }, () => {
    void gerrit.findChanges([7]).finally(resolve);
  });
  await isAsked;
  await gerrit.findChanges([8]);

  assert.deepEqual(traces, [traceparent, undefined]);
});

test("a change that does not exist is not a failure, and is requested once", async () => {
  const before = review.asked.length;
  assert.deepEqual(await createGerrit(review.url).findChanges([ODD.missing]), []);
  assert.equal(review.asked.length, before + 1);
});

test("the URL of a change works, whatever its project's name", async () => {
  const [change] = await createGerrit(review.url).findChanges([ODD.projectWithMarks]);
  assert.equal(change?.url, `${review.url}/c/C%23-samples/what%3F/+/5`);
  const { pathname } = new URL(changeAddress("https://g/r", MARKED_PROJECT, 5));
  assert.equal(decodeURIComponent(pathname), `/r/c/${MARKED_PROJECT}/+/5`);
});

test("a number that exists in two projects is found twice, also among other numbers", async () => {
  const found = await createGerrit(review.url).findChanges([21, ODD.twoProjects, 22]);
  assert.deepEqual(
    found.map(({ project, number }) => `${project}~${number}`),
    ["p~21", "one~6", "two~6", "p~22"],
  );
});

/** Sends this text on each connection, whatever the request. */
async function aPlainServer(t: TestContext, text: string): Promise<string> {
  return listen(
    t,
    createPlainServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.write(text));
    }),
  );
}

async function listen(t: TestContext, server: ReturnType<typeof createPlainServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
