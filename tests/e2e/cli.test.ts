// The command-line client against the whole product. No browser is needed, only the world that the others share.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { expect, test } from "./support/test.ts";

const CLIENT = path.resolve(import.meta.dirname, "../../cli/spiderpig.ts");

test.beforeAll(({ world }) => world.reset());
test.afterAll(({ world }) => world.reset());

test("a deployment is started, answered and followed to its end from a command line", async ({ world }) => {
  const { token } = await issueToken(
    { db: world.db, origin: { channel: "command_line" }, actor: undefined },
    { account: "deployer", name: "cli", scope: "deploy", days: 1 },
  );
  const env = { ...process.env, SPIDERPIG_URL: world.url, SPIDERPIG_TOKEN: token };
  const spiderpig = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [CLIENT, ...args], { env })).stdout;
  const answer = (text: string) =>
    expect(async () => expect(await spiderpig("answer", id, text)).toMatch(/^Answered: /)).toPass();

  const id = (await spiderpig("deploy", "1234", "--no-follow")).trim();
  const followed = promisify(execFile)(process.execPath, [CLIENT, "follow", id], { env });
  await answer("yes");
  await answer("y");
  const { stdout, stderr } = await followed;

  expect(stdout).toContain("Finished scap sync-world");
  expect(stderr).toContain("Continue with deployment?\n  y  Yes, continue with deployment");
  expect(stderr).toContain(`Job ${id}: Deployed`);
  expect(await spiderpig("history", "--change", "1234", "--limit", "1")).toContain("Deployed");
});
