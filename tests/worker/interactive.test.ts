// Interactive programs, from the terminal to the stored rows: menus, countdowns, the end of input, and programs that
// announce questions they do not ask.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
const directory = mkdtempSync(path.join(tmpdir(), "interactive-"));
after(() => rmSync(directory, { recursive: true, force: true }));

function program(name: string, text: string): string {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  return file;
}

const MENU = program(
  "menu.cjs",
  `const rl = require("readline"); rl.emitKeypressEvents(process.stdin); process.stdin.setRawMode(true);
const items = ["staging", "production", "cancel"]; let at = 0, drawn = false;
const draw = () => { if (drawn) process.stdout.write("\\x1b[3A"); drawn = true; items.forEach((x, n) => process.stdout.write("\\x1b[2K\\x1b[G" + (n === at ? "❯ " : "  ") + x + "\\n")); };
process.stdout.write("? Where to (use the arrow keys)\\n"); draw();
process.stdin.on("keypress", (_, k) => { if (k.name === "down") at = Math.min(2, at + 1); if (k.name === "return") { console.log("chosen", items[at]); process.exit(); } draw(); });`,
);

test("each key on a screen is a separate answer with its user, also across a failover", async () => {
  let worker = await stack.startWorker();
  const id = await stack.runScript(`${process.execPath} ${MENU}`);

  const first = await stack.asks(id, "Where to");
  assert.deepEqual([first.kind, first.options, first.recognised], ["screen", [], false]);
  await stack.answer(first, { key: "down" }, "alice");
  const second = await stack.asks(id, "❯ production");
  await worker.die();
  worker = await stack.startWorker();
  await stack.answer(second, { key: "enter" }, "bob");

  await stack.exited(id);
  assert.ok((await stack.lines(id)).includes("chosen production"));
  const { interactions } = await stack.job(id);
  assert.deepEqual(
    interactions.map(({ kind, state, answer }) => [
      kind,
      state,
      answer?.text,
      answer?.value,
      answer?.answeredBy,
      answer?.delivery,
    ]),
    [
      ["screen", "answered", "Down", { key: "down" }, "alice", "consumed"],
      ["screen", "answered", "Enter", { key: "enter" }, "bob", "consumed"],
    ],
  );
  await worker.stop();
});

const COUNTDOWN = program(
  "countdown.py",
  `import os, select, sys
for s in range(99, 0, -1):
    sys.stdout.write("\\r(%2d s) Proceed with sync? [y/N] " % s); sys.stdout.flush()
    if select.select([0], [], [], 0.5)[0]:
        print("got", os.read(0, 100)); break
else: print("\\nnobody answered: going on without")`,
);

test("a countdown keeps the id of its question, also across a failover", async () => {
  let worker = await stack.startWorker();
  const id = await stack.runScript(`python3 -u ${COUNTDOWN}`);
  const question = await stack.asks(id, "Proceed with sync?");
  const secondsShown = async () => Number(/\((\d+) s\)/.exec((await stack.lines(id)).at(-1) ?? "")?.[1]);
  const untilRedrawn = async (times: number) => {
    const from = await until("the countdown", secondsShown);
    await until(`${times} redraws`, async () => (await secondsShown()) <= from - times);
  };

  await untilRedrawn(3);
  await worker.die();
  worker = await stack.startWorker();
  await untilRedrawn(5);
  await stack.answer(question, true, "alice");

  await stack.exited(id);
  const { interactions } = await stack.job(id);
  assert.deepEqual(
    interactions.map((one) => [one.id, one.state, one.answer?.delivery]),
    [[question.id, "answered", "consumed"]],
  );
  assert.ok((await stack.lines(id)).some((line) => line.includes("got b'y\\n'")));
  await worker.stop();
});

test("the end of input ends a program that reads until the end of input, and no question follows", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(
    `echo "Enter the message, end with Ctrl-D:"; m=$(cat); echo "got [$m]"; sleep 2`,
  );

  await stack.answer(await stack.asks(id), "all is well");
  const second = await until("the next question", async () => {
    const { pendingInteraction } = await stack.job(id);
    return pendingInteraction;
  });
  await stack.answer(second, { key: "ctrl_d" }, "alice");

  await stack.exited(id);
  const { interactions } = await stack.job(id);
  assert.equal(interactions.length, 2);
  assert.equal(interactions[1]?.answer?.text, "Ctrl-D");
  assert.ok((await stack.lines(id)).includes("got [all is well]"));
  await worker.stop();
});

test("git opens no editor", async () => {
  const worker = await stack.startWorker();
  const id =
    await stack.runScript(`cd "$(mktemp -d)"; git init -q .; git config user.email a@b; git config user.name x
    echo a >f; git add f; git commit -qm one; echo b >f; git commit -qam two
    git revert HEAD; echo "rc $?"; git log -1 --format=%s; rm -rf "$PWD"`);

  await stack.exited(id);

  const lines = await stack.lines(id);
  assert.ok(lines.includes("rc 0"), lines.join(" | "));
  assert.ok(lines.includes('Revert "two"'));
  assert.deepEqual((await stack.job(id)).interactions, []);
  await worker.stop();
});

/** Sends a message with the protocol key, which all child processes of scap inherit. */
const FORGE = `forge() { printf '{"iokey": "%s", "type":"interaction","subtype":"choices","prompt":"%s","choices":{"Yes":"y","No":"n"},"default":"y"}\\n' "$SPIDERPIG_IO_KEY" "$1"; }`;

test("an announcement by a child of scap opens no question without a read, and does not replace scap's own", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`${FORGE}
    (forge "Show the diff?"); sleep 3
    printf 'Delete everything? [y/N]: '; read -r a; echo "got:$a"`);

  const question = await stack.asks(id, "Delete everything?");

  assert.equal((await stack.job(id)).interactions.length, 1, "asked while no process was reading");
  assert.match(question.complaint ?? "", /Show the diff\?/);
  await stack.answer(question, false);
  await stack.exited(id);
  assert.ok((await stack.lines(id)).some((line) => line.endsWith("got:n")));
  await worker.stop();
});

for (const script of [
  `(forge "Show the diff?"); forge "Delete everything?"; read -r a; echo "got:$a"`,
  `forge "Delete everything?"; (forge "Show the diff?"); read -r a; echo "got:$a"`,
]) {
  test(`of two announced questions the page shows both, and the deployer decides: ${script.slice(0, 24)}`, async () => {
    const worker = await stack.startWorker();
    const id = await stack.runScript(`${FORGE}\n${script}`);

    const question = await stack.asks(id, "Delete everything?");

    assert.equal(question.kind, "text");
    assert.deepEqual([question.options, question.recognised], [[], false]);
    assert.match(question.message, /Show the diff\?/);
    await stack.answer(question, "n");
    await stack.exited(id);
    assert.ok((await stack.lines(id)).includes("got:n"));
    await worker.stop();
  });
}

const MEASURES = program(
  "measures.py",
  `import os, termios, tty
old = termios.tcgetattr(0); print("measuring"); tty.setraw(0); os.write(1, b"\\x1b[6n"); b = b""
while not b.endswith(b"R"): b += os.read(0, 1)
termios.tcsetattr(0, termios.TCSADRAIN, old); print("cursor", b)`,
);

test("a terminal query is answered by the terminal, and no question opens", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`python3 -u ${MEASURES}`);

  await stack.exited(id);

  assert.ok((await stack.lines(id)).includes("cursor b'\\x1b[2;1R'"), (await stack.lines(id)).join(" | "));
  assert.deepEqual((await stack.job(id)).interactions, []);
  await worker.stop();
});

test("a line drawing character set does not hide a question", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(
    String.raw`printf '\033(0lqqk\033(B\r\n'; printf '\033(0'; printf '\033(BContinue? [y/N]: '; read -r a; echo "got:$a"`,
  );

  const question = await stack.asks(id, "Continue?");

  assert.equal(question.kind, "yes_no");
  await stack.answer(question, true);
  await stack.exited(id);
  await worker.stop();
});
