import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { configProject, extensionProject } from "../../sandbox/gerrit/seed/changes.ts";
import { gitOf, readChange, sharedWorld, temporaryDirectory } from "./small-world.ts";

const world = await sharedWorld(after);
const run = promisify(execFile);

/** git as a stranger would run it: no configuration, no questions. */
async function git(directory: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0" };
  return (await run("git", ["-C", directory, ...args], { env })).stdout.trim();
}

for (const version of ["0", "2"]) {
  test(`what a change's fetch names can be fetched (protocol ${version})`, async (context) => {
    const directory = await temporaryDirectory((clean) => context.after(clean));
    const change = await readChange(world, 1234);
    const { url, ref } = change.revisions[change.current_revision]?.fetch["anonymous http"] ?? {
      url: "",
      ref: "",
    };

    await git(directory, "-c", `protocol.version=${version}`, "clone", "--quiet", url, "clone");
    await git(`${directory}/clone`, "-c", `protocol.version=${version}`, "fetch", "--quiet", "origin", ref);

    assert.equal(await git(`${directory}/clone`, "rev-parse", "FETCH_HEAD"), change.current_revision);
    assert.equal(
      await git(`${directory}/clone`, "rev-parse", "HEAD"),
      gitOf(world, configProject, "rev-parse", "master"),
    );
  });
}

test("the authenticated form of a repository's address works as well", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));

  const url = `${world.gerritUrl}/a/${extensionProject}.git`;
  const refs = await git(directory, "ls-remote", url);

  assert.match(refs, /refs\/heads\/wmf\/1\.47\.0-wmf\.10/);
  assert.match(refs, /refs\/changes\/40\/1240\/1/);
});

test("pushing is refused, and so is what is no repository", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  await git(directory, "clone", "--quiet", `${world.gerritUrl}/${configProject}`, "clone");

  await assert.rejects(git(`${directory}/clone`, "push", "origin", "HEAD:refs/heads/mine"), /403/);
  await assert.rejects(git(directory, "clone", `${world.gerritUrl}/operations/other`, "other"), /not found/);
  await assert.rejects(
    git(directory, "clone", `${world.gerritUrl}/..%2f..%2fgerrit/x`, "other"),
    /not found/,
  );
});
