// Patterns of text parameters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, patternProblem } from "#lib/operations/pattern.ts";

test("a pattern applies to the whole text, by characters and not by halves of them", () => {
  const cases: [pattern: string, accepted: string, refused: string][] = [
    ["[a-z]+wiki", "aawiki", "aawiki2"],
    ["a|b", "b", "ab"],
    [".", "😀", "ab"],
    ["\\d{1,2}", "42", "421"],
    ["\\p{Lu}", "É", "é"],
    ["^a$", "a", "a\n"],
  ];
  for (const [pattern, accepted, refused] of cases) {
    const accepts = compilePattern(pattern);
    assert.deepEqual([accepts(accepted), accepts(refused)], [true, false], pattern);
  }
});

test("no text takes longer than the same steps for each of its characters, whatever the pattern", () => {
  // A matcher that backtracks would not end within the life of the machine.
  const text = `${"a".repeat(499)}!`;
  for (const pattern of ["(a+)+", "(a|a)*", "(a|aa)+b", "(.*)*b", "(a*)*b", ".*.*.*.*.*b", "(a?){200}b"]) {
    assert.equal(compilePattern(pattern)(text), false, pattern);
  }
});

test("what cannot be matched in linear time is a problem of the pattern, and so is what no text needs", () => {
  const patterns = ["(a)\\1", "(?=a)a", "(?!b)a", "(?<=a)b", "[a", "(a", "a)", "a{2,1}", "*"];
  const large = ["a{1001}", "((a{40}){40}){40}", "((?:){900}){900}", "(|){0,99999999}"];
  for (const pattern of [...patterns, ...large]) {
    assert.match(patternProblem(pattern) ?? "", /^This regular expression has a problem: /, pattern);
  }
  assert.equal(patternProblem("[a-z]+wiki"), undefined);
});
