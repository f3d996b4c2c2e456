import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { findWait, isSameWait, type Wait } from "../../../holder/program/input-wait.ts";
import type { FenceOutcome } from "../../../holder/program/fencing.ts";
import { createTerminal } from "../../../holder/program/terminal.ts";
import { until } from "../../support/until.ts";

test("a holder that gets no processor time for a while does not give its fence up as lost", async (t) => {
  const pieces: Buffer[] = [];
  let isOver = false;
  const terminal = createTerminal(
    {
      // On request it prints more than one read from the kernel returns, and less than the kernel holds.
      argv: ["/bin/sh", "-c", "printf 'ready '; read a; seq 1 1000; printf 'the end'; read b"],
      cwd: tmpdir(),
      env: { PATH: "/usr/bin:/bin" },
      ...TERMINAL_SIZE,
    },
    {
      onOutput: (bytes) => pieces.push(bytes),
      onExit: () => (isOver = true),
      onError: (error) => assert.fail(String(error)),
    },
  );
  t.after(async () => {
    process.kill(terminal.pid, "SIGKILL");
    await until("the end of the command", () => isOver);
    terminal.close();
  });
  const text = () => Buffer.concat(pieces).toString();
  const currentWait = () => findWait(terminal.pid, terminal.identity);
  const first = await until("the command", () => (text().includes("ready") ? currentWait() : undefined));

  terminal.type(Buffer.from("go\n"));
  let second: Wait | undefined;
  while (second === undefined || isSameWait(first, second)) {
    block(5);
    second = currentWait();
  }
  const outcome = new Promise<FenceOutcome>((settle) => terminal.fence(settle));
  block(400);

  assert.equal(await outcome, "returned");
  assert.match(text(), /\r\n1000\r\nthe end$/);
});

/** Blocks the event loop, as if other processes had the processor: time passes and nothing is received. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
