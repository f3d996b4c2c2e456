import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configProject, seededChanges } from "../../sandbox/gerrit/seed/changes.ts";
import { post, read, readChange, send, sharedSandbox, type Info } from "./open-sandbox.ts";

const sandbox = await sharedSandbox(after);

const numbers = async (query: string) => {
  const found = await read<Info[]>(sandbox, `/changes/?q=${encodeURIComponent(query)}&n=100`);
  return found.map((change) => change._number).sort((a, b) => a - b);
};

test("a change has the fields that Gerrit documents, in Gerrit's formats", async () => {
  const [change] = await read<Info[]>(
    sandbox,
    "/changes/?q=change:1234&o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS&o=DETAILED_LABELS",
  );

  assert.ok(change);
  assert.equal(change["id"], "operations%2Fmediawiki-config~1234");
  assert.equal(change["project"], configProject);
  assert.equal(change["branch"], "master");
  assert.match(String(change["change_id"]), /^I[0-9a-f]{40}$/);
  assert.equal(change["created"], "2026-11-20 10:11:00.000000000");
  assert.equal(change.status, "NEW");
  assert.deepEqual(change["owner"], {
    _account_id: 101,
    name: "Ada Okonkwo",
    email: "ada@orchard.example",
    username: "aokonkwo",
  });
  assert.match(
    change.revisions[change.current_revision]?.commit.message ?? "",
    /\n\nBug: T371234\nChange-Id: I[0-9a-f]{40}\n$/,
  );
  assert.equal(change.labels["Verified"]?.all[0]?.value, 2);
});

test("fields that were not requested are absent", async () => {
  const change = await read<Info>(sandbox, "/changes/1234");

  for (const field of ["revisions", "current_revision", "labels", "messages"]) {
    assert.equal(field in change, false, `${field} is present without its option`);
  }
  assert.deepEqual(change["owner"], { _account_id: 101 });
});

test("changes are found by number and by words of their subject", async () => {
  const expected: Record<string, number[]> = {
    "change:1234": [1234],
    "change:1234 OR change:1246": [1234, 1246],
    "change:999": [],
    'status:open "front page"': [1242, 1248],
    'status:open "help desk"': [],
    'status:open "果樹園"': [1245],
  };

  for (const [query, found] of Object.entries(expected)) {
    assert.deepEqual(await numbers(query), found, query);
  }
  assert.equal((await numbers("status:open")).length, seededChanges.length - 2);
  assert.equal((await read<Info[]>(sandbox, "/changes/?q=status:open&n=3")).length, 3);
});

test("an invalid query is refused with 400 and a message", async () => {
  for (const query of ["nonsense:1", "status:dancing", "OR", "change:1234 OR"]) {
    const response = await fetch(`${sandbox.gerritUrl}/changes/?q=${encodeURIComponent(query)}`);
    assert.equal(response.status, 400, query);
    assert.notEqual(await response.text(), "", query);
  }
  assert.equal((await fetch(`${sandbox.gerritUrl}/changes/?q=1&n=many`)).status, 400);
});

test("the files of a change are listed with their lines, and its labels with their range", async () => {
  const [change] = await read<Info[]>(
    sandbox,
    "/changes/?q=change:1235&o=CURRENT_REVISION&o=CURRENT_FILES&o=DETAILED_LABELS",
  );
  assert.ok(change);
  const { files } = change.revisions[change.current_revision] as unknown as { files: Record<string, object> };
  assert.deepEqual(Object.keys(files), [
    "docroot/static/site.css",
    "docroot/static/wordmark.svg",
    "wmf-config/theme.json",
  ]);
  assert.deepEqual(files["docroot/static/site.css"], { lines_inserted: 4 });
  const label = change.labels["Code-Review"] as unknown as { values: Record<string, string> };
  assert.deepEqual(Object.keys(label.values).sort(), [" 0", "+1", "+2", "-1", "-2"]);
});

test("a change is found by its Change-Id, and by its project and number", async () => {
  const { change_id: id } = await read<Info>(sandbox, "/changes/1240");
  assert.deepEqual(await numbers(`change:${String(id)}`), [1240]);
  const path = `/changes/${encodeURIComponent(configProject)}~1234`;
  assert.equal((await read<Info>(sandbox, path))._number, 1234);
  assert.equal((await fetch(`${sandbox.gerritUrl}/changes/other~1234`)).status, 404);
});

test("an unknown change is refused with 404", async () => {
  const response = await fetch(`${sandbox.gerritUrl}/changes/999`);

  assert.equal(response.status, 404);
  assert.equal(await response.text(), "Not found: 999");
});

test("a revision has its files, whether it is mergeable, and its ancestors", async () => {
  const revision = (number: number, what: string) =>
    read<Record<string, unknown>>(sandbox, `/changes/${number}/revisions/current/${what}`);

  const { changes } = await revision(1242, "related");
  assert.deepEqual(
    (changes as Record<string, unknown>[]).map((one) => [one["_change_number"], one["status"]]),
    [
      [1242, "NEW"],
      [1241, "NEW"],
    ],
  );
  assert.deepEqual(await revision(1234, "related"), { changes: [] });
  assert.deepEqual(Object.keys(await revision(1235, "files/")), [
    "/COMMIT_MSG",
    "docroot/static/site.css",
    "docroot/static/wordmark.svg",
    "wmf-config/theme.json",
  ]);
  const conflicting = seededChanges
    .filter(({ status }) => status === "NEW")
    .map(async ({ number }) => {
      const { mergeable } = await revision(number, "mergeable");
      return mergeable === true ? [] : [number];
    });
  assert.deepEqual((await Promise.all(conflicting)).flat(), [1236]);
});

test("pages show changes, and markup in a change is escaped", async () => {
  const attack = "<script>alert(1)</script><img src=x onerror=alert(1)>";
  await post(sandbox, "/a/changes/1247/revisions/current/review", { message: attack });

  const response = await fetch(`${sandbox.gerritUrl}/1247`);
  const page = await response.text();
  const index = await (await fetch(sandbox.gerritUrl)).text();

  assert.equal(response.url, `${sandbox.gerritUrl}/c/${configProject}/+/1247`);
  assert.match(String(response.headers.get("content-security-policy")), /default-src 'none'/);
  assert.match(page, /&#60;script&#62;/);
  for (const html of [page, index]) assert.doesNotMatch(html, /<script|<img/);
  for (const { number, effect } of seededChanges) {
    assert.ok(index.includes(`href="/${number}"`), `the index must link to ${number}`);
    assert.ok(effect.length > 0);
  }
  assert.ok(index.includes(sandbox.servers[0]?.url ?? "no server"), "the index must link to the servers");
  assert.equal((await fetch(`${sandbox.gerritUrl}/c/${configProject}/+/1248/1`)).status, 200);
  assert.equal((await fetch(`${sandbox.gerritUrl}/999`)).status, 404);
});

test("invalid requests are refused with one line, and the server keeps running", async () => {
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(sandbox.gerritUrl + path, init)).status;
  const review = "/changes/1234/revisions/current/review";

  assert.equal(await status("/changes/%zz"), 400);
  assert.equal(await status("/changes/1234", { method: "DELETE" }), 405);
  assert.equal(await status("/changes/1234/revisions/current/dance"), 404);
  assert.equal(await status(review, { method: "POST", body: "no json" }), 400);
  assert.equal(await status(review, { method: "POST", body: "[]" }), 400);
  assert.equal(await status(review, { method: "POST", body: "x".repeat(1_100_000) }), 413);
  assert.equal((await send(sandbox, `/a${review}`, {}, { origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await readChange(sandbox, 1234)).status, "NEW");
});
