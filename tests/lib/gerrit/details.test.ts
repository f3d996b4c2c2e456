// The details of a change, from the sandbox's Gerrit, directly and through a proxy that breaks single requests.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test, type TestContext } from "node:test";
import { createGerrit } from "#lib/gerrit/client.ts";
import { sharedSandbox } from "../../sandbox/open-sandbox.ts";

const sandbox = await sharedSandbox(after);
const gerrit = createGerrit(sandbox.gerritUrl);

test("message, files, votes and mergeability of a change are read", async () => {
  const details = await gerrit.readDetails({ number: 1234 });

  assert.deepEqual(details.unknown, []);
  assert.match(
    details.message ?? "",
    /^Announce the autumn photo contest .*\n\nThe contest opens.*\nBug: T371234\n/s,
  );
  assert.deepEqual(details.files, [
    { path: "wmf-config/site-notice.json", status: "modified", isBinary: false, inserted: 3, deleted: 3 },
  ]);
  assert.equal(details.fileCount, 1);
  assert.equal(details.isMergeable, true);
  assert.equal(details.isWorkInProgress, false);
  assert.deepEqual(details.labels, [
    { name: "Code-Review", min: -2, max: 2, votes: [{ value: 1, by: "Rosa Iglesias" }] },
    { name: "Verified", min: -2, max: 2, votes: [{ value: 2, by: "jenkins-bot" }] },
  ]);
});

test("a change is found by the commit that a message reverts", async () => {
  const [known] = await gerrit.findChanges([1238]);
  const path = `${sandbox.gerritUrl}/changes/1238/detail?o=CURRENT_REVISION`;
  const { current_revision: commit } = JSON.parse((await (await fetch(path)).text()).slice(5)) as {
    current_revision: string;
  };
  const found = await gerrit.findCommits([commit.slice(0, 10), "f".repeat(40)]);
  assert.deepEqual(
    found.map(({ number }) => number),
    [1238],
  );
  assert.deepEqual([known?.revertOf, known?.revertedCommits], [undefined, []]);
});

test("the relation chain and Depends-On footers are dependencies, with their status", async () => {
  const ofChain = await gerrit.readDetails({ number: 1242 });
  assert.deepEqual(
    ofChain.dependencies?.map(({ kind, number, status }) => ({ kind, number, status })),
    [{ kind: "parent", number: 1241, status: "NEW" }],
  );
  const ofFooter = await gerrit.readDetails({ number: 1252 });
  assert.deepEqual(
    ofFooter.dependencies?.map(({ kind, number, project }) => ({ kind, number, project })),
    [{ kind: "depends_on", number: 1240, project: "mediawiki/extensions/WikiLove" }],
  );
  assert.deepEqual(ofFooter.unresolvedDependencies, []);
});

test("a conflict, work in progress, a merged change and an unknown number are told apart", async () => {
  assert.equal((await gerrit.readDetails({ number: 1236 })).isMergeable, false);
  assert.equal((await gerrit.readDetails({ number: 1244 })).isWorkInProgress, true);
  const merged = await gerrit.readDetails({ number: 1238 });
  assert.deepEqual([merged.change?.status, merged.isMergeable, merged.unknown], ["MERGED", null, []]);
  assert.equal((await gerrit.readDetails({ number: 999 })).isMissing, true);
  assert.equal((await gerrit.readDetails({ number: 1234, project: "other" })).isMissing, true);
});

const PARTS = [
  ["mergeable", /\/mergeable$/, ["isMergeable"]],
  ["dependencies", /\/related$/, ["dependencies", "unresolvedDependencies"]],
] as const;

for (const [fact, path, fields] of PARTS) {
  test(`when Gerrit does not say "${fact}", that alone is unknown`, async (t) => {
    const broken = createGerrit(await aProxy(t, (url) => path.test(url.pathname)));

    const details = await broken.readDetails({ number: 1242 });

    assert.deepEqual(details.unknown, [
      { fact, code: "gerrit_failed", reason: "Gerrit responded with an error." },
    ]);
    for (const field of fields) assert.equal(details[field], null);
    assert.equal(details.change?.number, 1242);
  });
}

test("when Gerrit is away, everything is unknown with the reason, and nothing is thrown", async () => {
  const details = await createGerrit("http://127.0.0.1:1").readDetails({ number: 1234 });

  assert.deepEqual(details.unknown, [
    { fact: "change", code: "gerrit_unreachable", reason: "Gerrit is unreachable." },
  ]);
  assert.deepEqual([details.change, details.labels, details.isMissing], [null, null, false]);
});

test("readers of the same change share one read, and incomplete details are read again", async (t) => {
  let isBroken = true;
  let reads = 0;
  const proxied = createGerrit(
    await aProxy(t, ({ pathname }) => {
      if (!pathname.endsWith("/mergeable")) return false;
      reads += 1;
      return isBroken;
    }),
  );
  await Promise.all([1, 2, 3].map(() => proxied.readDetails({ number: 1234 })));
  assert.equal(reads, 2, "one read and its retry");

  isBroken = false;
  assert.equal((await proxied.readDetails({ number: 1234 })).isMergeable, true);
  assert.equal((await proxied.readDetails({ number: 1234 })).isMergeable, true);
  assert.equal(reads, 3, "the second one is still fresh");
});

/** Forwards to the sandbox, and answers 500 to the requests that `isBroken` selects. */
async function aProxy(t: TestContext, isBroken: (url: URL) => boolean): Promise<string> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", sandbox.gerritUrl);
    if (isBroken(url)) return void response.writeHead(500).end();
    fetch(url).then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
