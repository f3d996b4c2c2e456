// What a form of an operation accepts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formOf, type Parameter } from "#lib/operations/parameter.ts";

const accepts = (parameter: Parameter, value: unknown): boolean =>
  formOf([parameter]).safeParse({ [parameter.name]: value }).success;
const text = (more: { pattern?: string } = {}): Parameter => ({
  name: "reason",
  label: "Reason",
  type: "text",
  ...more,
});

test("a text is one line that cannot become a flag", () => {
  for (const value of ["switchover", "a - b", "x --all", "“quoted” $(x)"]) {
    assert.ok(accepts(text(), value), value);
  }
  const refused = [
    "--all",
    "-D",
    "  --all",
    "",
    " ",
    "two\nlines",
    "a\tb",
    "a\0b",
    "\u202eabc",
    "x".repeat(501),
    7,
    null,
  ];
  for (const value of refused) assert.ok(!accepts(text(), value), JSON.stringify(value));
});

test("a pattern applies to the whole text", () => {
  const wiki = text({ pattern: "[a-z]+wiki|all" });
  for (const value of ["aawiki", "all"]) {
    assert.ok(accepts(wiki, value), value);
  }
  for (const value of ["aawiki --all", "xall", "allx"]) {
    assert.ok(!accepts(wiki, value), value);
  }
});

test("choices, versions, flags and changes accept their values only", () => {
  const choice: Parameter = {
    name: "stage",
    label: "Stage",
    type: "choice",
    options: [{ value: "canaries", label: "Canaries" }],
  };
  assert.ok(accepts(choice, "canaries") && !accepts(choice, "production"));
  const version: Parameter = { name: "version", label: "Version", type: "version" };
  assert.ok(accepts(version, "1.46.0-wmf.12") && !accepts(version, "1.46.0") && !accepts(version, "--help"));
  const flag: Parameter = { name: "force", label: "Force", type: "boolean" };
  assert.ok(accepts(flag, false) && !accepts(flag, "true"));
  const changes: Parameter = { name: "changes", label: "Changes", type: "changes" };
  assert.ok(accepts(changes, ["1234"]) && !accepts(changes, []) && !accepts(changes, "1234"));
});

test("only an optional parameter may be absent, and no other parameter may be given", () => {
  assert.ok(!formOf([text()]).safeParse({}).success);
  assert.ok(formOf([{ ...text(), isOptional: true }]).safeParse({}).success);
  assert.ok(!formOf([text()]).safeParse({ reason: "x", force: true }).success);
});
