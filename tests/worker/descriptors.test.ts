// A worker without a free file descriptor for another connection or process.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);

test("a worker without a free descriptor does not abandon its job and follows it when one is free", async (t) => {
  if (spawnSync("prlimit", ["--version"]).status !== 0) return t.skip("prlimit is not installed");
  const worker = await stack.startWorker();
  const limit = (count: number) =>
    assert.equal(spawnSync("prlimit", ["--pid", String(worker.pid), `--nofile=${count}:`]).status, 0);
  await until("a spare", () =>
    stack.processes().some(({ command }) => command.includes("holder/program/main.ts")),
  );
  limit(3);

  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`);
  await until("scap", () => stack.holder(id)?.childPid);
  await until("a log message of the worker", () =>
    worker
      .log()
      .some(
        (line) => line["jobId"] === id && line["log.level"] !== "info" && /EMFILE/.test(JSON.stringify(line)),
      ),
  );
  limit(1024);
  await stack.answer(await stack.asks(id, "Go on?"), true);
  await stack.exited(id);

  assert.equal(worker.isGone, false);
});
