import assert from "node:assert/strict";
import { test } from "node:test";
import { textProblem } from "#lib/domain/person-text.ts";
import { sentence } from "#lib/domain/sentence.ts";

test("text in any language is accepted, with line breaks and emoji", () => {
  for (const text of [
    "Switch-over T1234",
    "a\nb\tc",
    "Näïve café",
    "שלום עולם",
    "हिन्दी",
    "👩‍👩‍👧 🐷",
    "e\u0301\u0323",
  ]) {
    assert.equal(textProblem(text), undefined, text);
  }
});

test("characters that change how a text reads are refused, and named", () => {
  assert.match(textProblem("safe \u202etxt.exe") ?? "", /U\+202E/);
  assert.match(textProblem("a\u061cb") ?? "", /U\+061C/);
  assert.match(textProblem("a\u200bb") ?? "", /U\+200B/);
  assert.match(textProblem(`Z${"\u0335".repeat(30)}`) ?? "", /marks/);
  assert.match(textProblem("a\u001b[31m") ?? "", /Control/);
  assert.match(textProblem("a\u009bb") ?? "", /Control/);
  assert.match(textProblem("half \ud800") ?? "", /incomplete character/);
});

test("a sentence gets a full stop, and never a second one", () => {
  assert.equal(sentence("maintenance"), "maintenance.");
  for (const text of ["Done.", "Really?", "Wait…", "“Quoted.”", "(See the plan.)", "Stop!"]) {
    assert.equal(sentence(`${text} `), text);
  }
});
