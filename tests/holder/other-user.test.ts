import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { follow, isAlive, makeDataDir } from "./held-job.ts";

const NOBODY_UID = 65534;

/** The reason to skip the test on this machine; false if there is none. */
function obstacle(): string | false {
  if (process.getuid?.() !== 0) {
    return "only root can become another user";
  }
  const su = statSync("/bin/su", { throwIfNoEntry: false });
  if (su === undefined || (su.mode & 0o4000) === 0) {
    return "su is not installed set-uid";
  }
  return spawnSync("setpriv", ["--version"]).status === 0 ? false : "setpriv is not installed";
}

test(
  "a program of another user, whose state the holder may not read, is seen to ask for a secret",
  { skip: obstacle() },
  async (t) => {
    const dataDir = makeDataDir(t);
    chownSync(dataDir, NOBODY_UID, NOBODY_UID);
    const program = fileURLToPath(new URL("./worker-program.ts", import.meta.url));
    const worker = spawn(
      "setpriv",
      [
        `--reuid=${NOBODY_UID}`,
        `--regid=${NOBODY_UID}`,
        "--clear-groups",
        process.execPath,
        program,
        dataDir,
        "su root -c true",
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    t.after(() => worker.kill("SIGKILL"));
    const [line] = (await once(worker.stdout, "data")) as [Buffer];
    const { holderPid } = JSON.parse(line.toString()) as { holderPid: number };
    t.after(() => isAlive(holderPid) && process.kill(holderPid, "SIGKILL"));
    const { connection, received } = await follow(dataDir, 1, {});

    const reading = await until("the question", () => received.reading);

    assert.equal(reading.how, "unknown");
    assert.equal(reading.mode, "secret");
    const order = { interactionId: "p", readId: reading.readId, text: "wrong", secret: true, by: "t" };
    assert.equal((await connection.type(order)).result, "consumed");
    await connection.closed;
  },
);
