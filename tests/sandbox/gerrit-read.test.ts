import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configProject, extensionProject, seededChanges } from "../../sandbox/gerrit/seed/changes.ts";
import { post, read, readChange, send, sharedWorld, type Info } from "./small-world.ts";

// Only the last tests write, and what they write nobody else reads.
const world = await sharedWorld(after);

const numbers = async (query: string) => {
  const found = await read<Info[]>(world, `/changes/?q=${encodeURIComponent(query)}&n=100`);
  return found.map((change) => change._number).sort((a, b) => a - b);
};

test("a change has the fields that Gerrit documents, in Gerrit's forms", async () => {
  const [change] = await read<Info[]>(
    world,
    "/changes/?q=change:1234&o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS&o=DETAILED_LABELS",
  );

  assert.ok(change);
  assert.equal(change["id"], "operations%2Fmediawiki-config~1234");
  assert.equal(change["project"], configProject);
  assert.equal(change["branch"], "master");
  assert.match(String(change["change_id"]), /^I[0-9a-f]{40}$/);
  assert.equal(change["created"], "2026-11-20 10:11:00.000000000");
  assert.equal(change.status, "NEW");
  assert.equal(change.mergeable, true);
  assert.equal(change.submittable, false);
  assert.deepEqual([change["insertions"], change["deletions"]], [3, 3]);
  assert.deepEqual(change["owner"], {
    _account_id: 101,
    name: "Ada Okonkwo",
    email: "ada@orchard.example",
    username: "aokonkwo",
  });
  const revision = change.revisions[change.current_revision];
  assert.equal(revision?.ref, "refs/changes/34/1234/1");
  assert.deepEqual(revision.fetch["anonymous http"], {
    url: `${world.gerritUrl}/${configProject}`,
    ref: "refs/changes/34/1234/1",
  });
  assert.equal(change.labels["Verified"]?.all[0]?.value, 2);
});

test("what was not asked for is not in the answer", async () => {
  const change = await read<Info>(world, "/changes/1234");

  for (const field of ["revisions", "current_revision", "labels", "messages"]) {
    assert.equal(field in change, false, `${field} came without its option`);
  }
  assert.deepEqual(change["owner"], { _account_id: 101 });
});

test("every change of the seed is there, and only the conflicting one cannot be merged", async () => {
  const open = await read<Info[]>(world, "/changes/?q=status:open&n=100");

  assert.deepEqual(await numbers("status:merged"), [1238]);
  assert.deepEqual(await numbers("status:abandoned"), [1243]);
  assert.deepEqual(await numbers("is:wip"), [1244]);
  assert.equal(open.length, seededChanges.length - 2);
  assert.deepEqual(
    open.filter((change) => !change.mergeable).map((change) => change._number),
    [1236],
  );
});

test("changes are found by what people type", async () => {
  const { change_id: changeId, current_revision: commit } = await readChange(world, 1234);
  const expected: Record<string, number[]> = {
    "1234": [1234],
    "change:1234": [1234],
    [`change:${String(changeId)}`]: [1234],
    [String(changeId)]: [1234],
    [`${commit.slice(0, 12)}`]: [1234],
    "change:1234 OR change:1246": [1234, 1246],
    "change:1234 change:1246": [],
    "owner:riglesias status:open": [1235, 1241, 1242, 1247],
    "owner:riglesias -seasonal": [1235, 1247],
    "owner:rosa@orchard.example NOT seasonal": [1235, 1247],
    "(owner:mikko OR owner:riglesias) project:operations/mediawiki-config footer": [1247],
    "project:mediawiki/extensions/WikiLove": [1239, 1240],
    "branch:wmf/1.46.0-wmf.3": [1239],
    '"front page" status:open': [1242, 1248],
    "hashtag:front-page": [1248],
    "bug:T371900": [1241, 1242],
    果樹園: [1245],
    "change:999": [],
    "change:1234 AND owner:aokonkwo": [1234],
  };

  for (const [query, found] of Object.entries(expected)) {
    assert.deepEqual(await numbers(query), found, query);
  }
});

test("a query that makes no sense is refused with 400 and a text", async () => {
  const bad = [
    "nonsense:1",
    "(1234",
    "1234)",
    "change:x y",
    "status:dancing",
    "limit:none",
    "OR",
    "(".repeat(500),
  ];

  for (const query of bad) {
    const response = await fetch(`${world.gerritUrl}/changes/?q=${encodeURIComponent(query)}`);
    assert.equal(response.status, 400, query);
    assert.notEqual(await response.text(), "", query);
  }
  assert.equal((await fetch(`${world.gerritUrl}/changes/?q=1&n=many`)).status, 400);
});

test("a list is cut at its limit, says that there is more, and goes on from where it was cut", async () => {
  const first = await read<Info[]>(world, "/changes/?q=status:open&n=3");
  const second = await read<Info[]>(world, "/changes/?q=status:open&n=100&S=3");

  assert.equal(first.length, 3);
  assert.equal(first[2]?.["_more_changes"], true);
  assert.equal(first.length + second.length, seededChanges.length - 2);
  assert.equal(second.at(-1)?.["_more_changes"], undefined);
  assert.deepEqual(
    await read<Info[][]>(world, "/changes/?q=change:1234&q=change:1235").then((lists) =>
      lists.map((list) => list.map((change) => change._number)),
    ),
    [[1234], [1235]],
  );
});

test("a change is found under every id that Gerrit knows for it, and not under others", async () => {
  const { change_id: changeId } = await readChange(world, 1234);
  const project = encodeURIComponent(configProject);
  const ids = ["1234", `${project}~1234`, `${project}~master~${String(changeId)}`, String(changeId)];

  for (const id of ids) assert.equal((await read<Info>(world, `/changes/${id}`))._number, 1234, id);
  for (const id of ids) assert.equal((await read<Info>(world, `/a/changes/${id}/detail`))._number, 1234, id);
  for (const id of ["999", `${encodeURIComponent(extensionProject)}~1234`, "I0000"]) {
    const response = await fetch(`${world.gerritUrl}/changes/${id}`);
    assert.equal(response.status, 404);
    assert.equal(await response.text(), `Not found: ${decodeURIComponent(id)}`);
  }
});

test("a revision tells its commit, its files, whether it merges and what it stands on", async () => {
  const revision = (number: number, what: string) =>
    read<Info>(world, `/changes/${number}/revisions/current/${what}`);

  const commit = await revision(1242, "commit");
  const { changes: related } = await read<{ changes: { _change_number: number }[] }>(
    world,
    "/changes/1242/revisions/current/related",
  );

  assert.match(String(commit["message"]), /\n\nBug: T371900\nChange-Id: I[0-9a-f]{40}\n$/);
  assert.deepEqual(
    related.map((change) => change._change_number),
    [1242, 1241],
  );
  assert.deepEqual(await revision(1234, "related"), { changes: [] });
  assert.deepEqual(await revision(1235, "files/"), {
    "/COMMIT_MSG": { status: "A", lines_inserted: 6 },
    "docroot/static/site.css": { lines_inserted: 4 },
    "docroot/static/wordmark.svg": { lines_inserted: 4, lines_deleted: 4 },
    "wmf-config/theme.json": { lines_inserted: 3, lines_deleted: 3 },
  });
  assert.deepEqual((await revision(1241, "files"))["wmf-config/seasonal.json"], {
    status: "A",
    lines_inserted: 10,
  });
  assert.equal((await revision(1234, "mergeable")).mergeable, true);
  assert.equal((await revision(1236, "mergeable")).mergeable, false);
  assert.equal(
    (await read<Info>(world, "/changes/1248/revisions/1/commit"))["subject"],
    commit && "Feature the medlar on the front page (T372468)",
  );
  assert.equal((await fetch(`${world.gerritUrl}/changes/1248/revisions/3/commit`)).status, 404);
});

test("the version of the server is told to whoever asks", async () => {
  assert.equal(await read(world, "/config/server/version"), "3.10.0");
  assert.equal(await read(world, "/a/config/server/version"), "3.10.0");
});

test("pages show a change to people, and nothing in it becomes part of the page", async () => {
  const attack = "<script>alert(1)</script><img src=x onerror=alert(1)>";
  await post(world, "/sandbox/changes/1247/patch-set", {
    message: `Footer ${attack}\n\nChange-Id: I0123456789012345678901234567890123456789\n`,
    files: { "wmf-config/footer.json": attack },
  });

  const response = await fetch(`${world.gerritUrl}/1247`);
  const page = await response.text();
  const index = await (await fetch(world.gerritUrl)).text();

  assert.equal(response.url, `${world.gerritUrl}/c/${configProject}/+/1247`);
  assert.match(String(response.headers.get("content-security-policy")), /default-src 'none'/);
  assert.match(page, /Footer &#60;script&#62;/);
  for (const html of [page, index]) assert.doesNotMatch(html, /<script|<img/);
  for (const { number, shows } of seededChanges) {
    assert.ok(index.includes(`href="/${number}"`), `the index must lead to ${number}`);
    assert.ok(shows.length > 0);
  }
  assert.ok(index.includes(world.servers[0]?.url ?? "no server"), "the index must lead to the servers");
  assert.equal((await fetch(`${world.gerritUrl}/c/${configProject}/+/1248/1`)).status, 200);
  assert.equal((await fetch(`${world.gerritUrl}/999`)).status, 404);
});

test("odd requests are refused in one line and leave the server running", async () => {
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(world.gerritUrl + path, init)).status;

  assert.equal(await status("/changes/%zz"), 400);
  assert.equal(await status("/changes/1234", { method: "DELETE" }), 405);
  assert.equal(await status("/changes/1234/revisions/current/dance"), 404);
  assert.equal(
    await status("/changes/1234/revisions/current/review", { method: "POST", body: "no json" }),
    400,
  );
  assert.equal(await status("/changes/1234/revisions/current/review", { method: "POST", body: "[]" }), 400);
  assert.equal(await status("/changes/1234/abandon", { method: "POST", body: "x".repeat(1_100_000) }), 413);
  assert.equal(
    (await send(world, "/a/changes/1234/abandon", {}, { origin: "https://elsewhere.example" })).status,
    403,
  );
  assert.equal((await readChange(world, 1234)).status, "NEW");
});
