// The expected output of the rounds: it is correct, and detects every deviation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedOutput, findMismatch } from "./expected-output.ts";

const KEY = "0123abcd";
const asked = (text: string, read: string | null) => ({
  id: "B5",
  at: 0,
  text,
  hidden: false,
  read: read === null ? null : { at: 1, text: read },
});

test("an answer is echoed after its prompt, and newlines are those of the terminal", () => {
  const out = Buffer.from("one\nGo? [y/N]: two\nGo? [y/N]: three\n");
  const prompts = [asked("Go? [y/N]: ", "x"), asked("Go? [y/N]: ", "y")];

  const shown = expectedOutput({ out, prompts }, KEY);

  assert.equal(shown.toString(), "one\r\nGo? [y/N]: x\r\ntwo\r\nGo? [y/N]: y\r\nthree\r\n");
});

test("a hidden answer is not echoed, with the protocol too", () => {
  const message = `${JSON.stringify({ iokey: KEY, type: "interaction", subtype: "choices", prompt: "Go?" })}\n`;
  const out = Buffer.from(`Passphrase: \n${message}two\n`);
  const prompts = [{ ...asked("Passphrase: ", "digest"), hidden: true }, asked("Go? [y/n]: ", "y")];

  assert.equal(expectedOutput({ out, prompts }, KEY).toString(), "Passphrase: \r\nGo?\r\ny\r\ntwo\r\n");
});

test("protocol lines are shown as the log stores them", () => {
  const line = (content: object) => `${JSON.stringify({ iokey: KEY, ...content })}\n`;
  const out = Buffer.from(
    `plain\n\x1b[0m${line({ type: "interaction", subtype: "choices", prompt: "first\nGo?", choices: {}, default: null })}` +
      line({ type: "line", line: "told", sensitive: false }) +
      line({ type: "line", line: "password", sensitive: true }) +
      line({ type: "status", status: "busy" }),
  );

  const shown = expectedOutput({ out, prompts: [asked("Go? [y/n]: ", "y")] }, KEY);

  assert.equal(
    shown.toString(),
    "plain\r\n\x1b[0mfirst\r\nGo?\r\ny\r\ntold\r\n[a sensitive line is hidden here]\r\n",
  );
});

const parent = Buffer.from("begin middle end");
const children = [Buffer.from("PREP"), Buffer.from("SYNC WORLD")];
const whole = "begin PREPmiddle SYNC WORLD end".replace("WORLD end", "WORLDend");

test("the output of children may be anywhere in their parent's, in order and contiguous", () => {
  assert.equal(findMismatch(Buffer.from(whole), parent, children), undefined);
  assert.equal(findMismatch(Buffer.from("PREPSYNC WORLDbegin middle end"), parent, children), undefined);
  assert.ok(findMismatch(Buffer.from("begin SYNC WORLDmiddle PREPend"), parent, children));
  assert.ok(findMismatch(Buffer.from("begin PREPmiddle SYNC endWORLD"), parent, children));
});

test("every lost, duplicated or changed byte is detected", () => {
  for (let at = 0; at < whole.length; at += 1) {
    const [before, byte = "", after] = [whole.slice(0, at), whole[at], whole.slice(at + 1)];
    for (const wrong of [before + after, before + byte + byte + after, `${before}#${after}`]) {
      assert.ok(findMismatch(Buffer.from(wrong), parent, children), wrong);
    }
  }
});

test("truncated output matches as far as it goes, and no further", () => {
  for (let length = 0; length <= whole.length; length += 1) {
    const cut = Buffer.from(whole.slice(0, length));
    assert.equal(findMismatch(cut, parent, children, { isCut: true }), undefined);
    assert.ok(findMismatch(Buffer.concat([cut, Buffer.from("#")]), parent, children, { isCut: true }));
  }
});
