import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, readlink, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { createOpenSearch } from "#lib/error-rate/opensearch.ts";
import { configProject, extensionProject, liveBranch } from "../../sandbox/gerrit/seed/changes.ts";
import { activateRelease } from "../../sandbox/releases.ts";
import { composeTree } from "../../sandbox/servers/compose-tree.ts";
import type { SandboxServer } from "../../sandbox/sandbox.ts";
import { gitOf, sharedSandbox } from "./open-sandbox.ts";

const sandbox = await sharedSandbox(after);
const server = (index: number): SandboxServer => {
  const found = sandbox.servers[index];
  assert.ok(found);
  return found;
};

/** What a server would show with these changes deployed together, as a deployment composes it. */
async function deploy({ directory }: SandboxServer, ...changes: number[]): Promise<string> {
  let commit = gitOf(sandbox, configProject, "rev-parse", "master");
  let extension = gitOf(sandbox, extensionProject, "rev-parse", liveBranch);
  for (const change of changes) {
    const refs = `refs/changes/${change % 100}/${change}/*`;
    const list = ["for-each-ref", "--sort=-refname", "--count=1", "--format=%(objectname)", refs];
    const ofExtension = gitOf(sandbox, extensionProject, ...list);
    if (ofExtension !== "") {
      extension = ofExtension;
      continue;
    }
    const head = gitOf(sandbox, configProject, ...list);
    const tree = gitOf(sandbox, configProject, "merge-tree", "--write-tree", commit, head);
    const who = ["-c", "user.name=test", "-c", "user.email=test@orchard.example"];
    const repository = join(sandbox.directory, "gerrit", `${configProject}.git`);
    const args = ["--git-dir", repository, "commit-tree", tree, "-p", commit, "-p", head, "-m", "merged"];
    commit = execFileSync("git", [...who, ...args], { encoding: "utf8" }).trim();
  }
  const release = join(directory, "releases", commit);
  const path = "php-1.47.0-wmf.10/extensions/WikiLove";
  const gerrit = join(sandbox.directory, "gerrit");
  await rm(release, { recursive: true, force: true });
  await composeTree(
    [
      { project: configProject, repository: join(gerrit, `${configProject}.git`), commit, path: "." },
      {
        project: extensionProject,
        repository: join(gerrit, `${extensionProject}.git`),
        commit: extension,
        path,
      },
    ],
    release,
  );
  activateRelease(directory, commit);
  return commit;
}

const page = async (url: string) => (await fetch(url)).text();

test("initially every server shows the tip of master and its own name", async () => {
  const master = gitOf(sandbox, configProject, "rev-parse", "master");

  for (const { name, stage, url } of sandbox.servers) {
    assert.equal((await fetch(`${url}/healthz`)).status, 200, name);
    const version = (await (await fetch(`${url}/version`)).json()) as Record<string, unknown>;
    assert.deepEqual([version["commit"], version["server"], version["stage"]], [master, name, stage]);
    const html = await page(url);
    assert.ok(html.includes(name) && html.includes(master.slice(0, 10)), `${name} must say what it is`);
    assert.match(html, /The Orchard/);
    assert.match(html, /Help desk/, "the merged change is deployed");
  }
});

test("a deployed change is visible at once, on that server only", async () => {
  await deploy(server(0), 1234);

  assert.match(await page(server(0).url), /autumn photo contest/);
  assert.doesNotMatch(await page(server(3).url), /autumn photo contest/);
});

const effects: Record<number, RegExp> = {
  1234: /class="notice success"[^>]*>The autumn photo contest/,
  1235: /--accent: #a14a12/,
  1240: /🍎<\/span> Hand over an apple/,
  1242: /<li>Sweet chestnut<\/li>/,
  1245: /ようこそ/,
  1246: /<span lang="eu">euskara<\/span>/,
  1247: /4,012 volunteers/,
  1248: /<h3>Medlar<\/h3>/,
};

for (const [change, effect] of Object.entries(effects)) {
  test(`change ${change} is visible on the front page`, async () => {
    await deploy(server(1));
    assert.doesNotMatch(await page(server(1).url), effect);

    await deploy(server(1), Number(change));

    assert.equal((await fetch(`${server(1).url}/healthz`)).status, 200);
    assert.match(await page(server(1).url), effect);
  });
}

test("a deployed image is served", async () => {
  await deploy(server(1), 1235);

  const response = await fetch(`${server(1).url}/static/wordmark.svg`);

  assert.equal(response.headers.get("content-type"), "image/svg+xml");
  assert.match(await response.text(), /Orchard · 10/);
});

test("changes that do not conflict can be deployed together", async () => {
  await deploy(server(1), 1234, 1235, 1240, 1242, 1245, 1246, 1247, 1248);

  const html = await page(server(1).url);

  for (const [change, effect] of Object.entries(effects)) assert.match(html, effect, change);
});

test("invalid JSON fails the health check and the page, with the name of the file", async () => {
  await deploy(server(1), 1237);

  const health = await fetch(`${server(1).url}/healthz`);
  const front = await fetch(server(1).url);

  assert.equal(health.status, 500);
  assert.match(await health.text(), /^wmf-config\/search\.json: /);
  assert.equal(front.status, 500);
  assert.match(await front.text(), /wmf-config\/search\.json/);
});

test("a request that fails because of what is deployed is an error in the log, found by SpiderPig's own search", async () => {
  const commit = await deploy(server(1), 1237);
  const settings = { url: sandbox.errorsUrl, index: "logs", query: "*", timeField: "@timestamp" };
  const fields = { messageField: "message.keyword", versionField: "version.keyword" };
  const source = createOpenSearch({ settings: { ...settings, ...fields }, authorization: undefined });
  const startedAt = Date.now();

  await page(server(1).url);
  await page(server(1).url);

  const { buckets, minutes } = await source.read(startedAt - (startedAt % 60_000), Date.now() + 1);
  const messages = buckets
    .filter(({ version }) => version === commit.slice(0, 10))
    .map(({ message }) => message);
  assert.match(messages.join("\n"), /^wmf-config\/search\.json: /m);
  assert.ok(minutes.reduce((sum, { errors }) => sum + errors, 0) >= 2);
});

test("invalid settings fail the health check, with the name of the file and of the setting", async () => {
  await deploy(server(2));
  const release = await realpath(join(server(2).directory, "current"));
  const health = async () => {
    const response = await fetch(`${server(2).url}/healthz`);
    return `${response.status} ${(await response.text()).trim()}`;
  };
  const broken: [file: string, text: string | null, reason: RegExp][] = [
    ["wmf-config/site.json", null, /^500 wmf-config\/site\.json: is missing$/],
    ["wmf-config/site.json", "[]", /site\.json: Invalid input: expected object/],
    [
      "wmf-config/site.json",
      '{"name":"x","language":"en"}',
      /^500 wmf-config\/site\.json\.tagline: is missing$/,
    ],
    ["wmf-config/navigation.json", "{}", /navigation\.json: Invalid input: expected array/],
    ["wmf-config/navigation.json", '[{"title":"x"}]', /navigation\.json\.0\.href: is missing/],
    [
      "wmf-config/theme.json",
      '{"accent":"red;}","accentDark":"#fff","corner":"1px"}',
      /theme\.json\.accent: is not a valid value/,
    ],
    ["wmf-config/any-other.json", "{", /any-other\.json: /],
    ["wikiversions.json", "{}", /wikiversions\.json: /],
    ["www/index.html", null, /www\/index\.html: is missing/],
    ["php-1.47.0-wmf.10/extensions/WikiLove/i18n/en.json", "{", /i18n\/en\.json: /],
  ];

  for (const [file, text, reason] of broken) {
    const path = join(release, file);
    const before = await readFile(path).catch(() => null);
    await (text === null ? rm(path) : writeFile(path, text));
    assert.match(await health(), reason, `${file} with ${text}`);
    assert.equal((await fetch(server(2).url)).status, 500, "the front page must not show broken settings");
    await (before === null ? rm(path) : writeFile(path, before));
  }
  assert.equal(await health(), "200 OK");
});

test("a server without a release answers 503, and recovers when one is deployed", async () => {
  const { directory, url } = server(4);
  const name = await readlink(join(directory, "current"));
  await rm(join(directory, "current"));

  for (const path of ["/", "/healthz", "/version"]) {
    const response = await fetch(url + path);
    assert.equal(response.status, 503, path);
    assert.match(await response.text(), /mw1003 has nothing deployed/);
  }
  await symlink("releases/that-was-removed", join(directory, "current"));
  assert.equal((await fetch(url)).status, 503);
  await rm(join(directory, "current"));
  await symlink(name, join(directory, "current"));
  assert.equal((await fetch(url)).status, 200);
});

test("a release's note lists its changes, and a server works with an invalid note", async () => {
  const commit = await deploy(server(2));
  const note = join(server(2).directory, "current", "release.json");
  const version = async () =>
    (await (await fetch(`${server(2).url}/version`)).json()) as Record<string, unknown>;

  await writeFile(note, JSON.stringify({ commit, changes: [1234, 1246] }));
  assert.deepEqual((await version())["changes"], [1234, 1246]);
  await writeFile(note, "{");

  assert.deepEqual([(await version())["commit"], (await version())["changes"]], [commit, []]);
});

test("files outside the document root cannot be read, by path or by link", async () => {
  await deploy(server(2));
  const { directory, url } = server(2);
  const docroot = join(directory, "current", "docroot");
  await writeFile(join(directory, "secret.txt"), "secret");
  await symlink(join(directory, "secret.txt"), join(docroot, "link.txt"));
  await symlink("/", join(docroot, "root"));
  await symlink("loop", join(docroot, "loop"));
  await mkdir(join(docroot, "folder"));
  await cp(join(docroot, "robots.txt"), join(docroot, "folder", "ein wort.txt"));
  const paths = [
    "/../../../secret.txt",
    "/static/../../wikiversions.json",
    "/%2e%2e/wikiversions.json",
    "/static/%2e%2e%2f%2e%2e%2fwikiversions.json",
    "//etc/passwd",
    "/link.txt",
    "/root/etc/passwd",
    "/loop",
    "/folder",
    "/wmf-config/site.json",
    "/release.json",
    "/nothing",
    `/${"x".repeat(5000)}`,
  ];

  for (const path of paths) assert.equal(await rawStatus(url, path), 404, path);
  for (const path of ["/%zz", "/%00"]) assert.equal(await rawStatus(url, path), 400, path);
  assert.equal(await rawStatus(url, "/folder/ein%20wort.txt"), 200);
  assert.equal(await rawStatus(url, "/robots.txt?x=1"), 200);
  assert.equal((await fetch(url, { method: "POST" })).status, 405);
});

test("markup in settings is shown as text", async () => {
  await deploy(server(2));
  const config = join(await realpath(join(server(2).directory, "current")), "wmf-config");
  const attack = "<script>alert(1)</script>\"'";
  await writeFile(join(config, "welcome.json"), JSON.stringify({ heading: attack, text: "{{thanks}}" }));
  await writeFile(
    join(config, "navigation.json"),
    JSON.stringify([{ title: "x", href: "javascript:alert(1)" }]),
  );

  const response = await fetch(server(2).url);
  const html = await response.text();

  assert.doesNotMatch(html, /<script|javascript:/);
  assert.match(html, /\{\{thanks\}\}/, "a value must not be taken for a part of the template");
  assert.match(String(response.headers.get("content-security-policy")), /default-src 'none'/);
});

/** fetch() tidies a path up before it sends it; an attacker does not. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}
