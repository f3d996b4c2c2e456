import assert from "node:assert/strict";
import { test } from "node:test";
import { keyAction } from "../../../../app/features/question/screen-keys.ts";

type Press = Parameters<typeof keyAction>[0];

const NOTHING_HELD = {
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
};

const press = (key: string, held: Partial<Press> = {}) => keyAction({ ...NOTHING_HELD, key, ...held });
const answers = (value: unknown) => ({ action: "answer", value });
const BROWSER = { action: "browser" };

test("named keys are sent by name, and characters as text", () => {
  assert.deepEqual(press("ArrowDown"), answers({ key: "down" }));
  assert.deepEqual(press("Enter"), answers({ key: "enter" }));
  assert.deepEqual(press(" "), answers({ key: "space" }));
  assert.deepEqual(press("Q", { shiftKey: true }), answers("Q"));
  assert.deepEqual(press("😀"), answers("😀"));
});

test("a character that needs AltGr or Option is typed, and other combinations stay with the browser", () => {
  assert.deepEqual(press("@", { ctrlKey: true, altKey: true }), answers("@"));
  assert.deepEqual(press("r", { ctrlKey: true }), BROWSER);
  assert.deepEqual(press("r", { metaKey: true }), BROWSER);
  assert.deepEqual(press("ArrowLeft", { altKey: true }), BROWSER);
  assert.deepEqual(press("F5"), BROWSER);
  assert.deepEqual(press("Shift", { shiftKey: true }), BROWSER);
});

test("Ctrl-D ends the input, and Ctrl-C is a signal", () => {
  assert.deepEqual(press("d", { ctrlKey: true }), answers({ key: "ctrl_d" }));
  assert.deepEqual(press("c", { ctrlKey: true }), { action: "interrupt" });
  assert.deepEqual(press("C", { ctrlKey: true, shiftKey: true }), BROWSER);
});

test("a key that is held down repeats cursor movements only", () => {
  const held = { repeat: true };
  assert.deepEqual(press("ArrowDown", held), answers({ key: "down" }));
  assert.deepEqual(press("PageUp", held), answers({ key: "page_up" }));
  assert.equal(press("Enter", held), undefined);
  assert.equal(press("y", held), undefined);
  assert.equal(press("c", { ...held, ctrlKey: true }), undefined);
});

test("keys of an input method are not sent", () => {
  assert.deepEqual(press("a", { isComposing: true }), BROWSER);
});
