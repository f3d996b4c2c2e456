// Patterns of text parameters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern } from "#lib/operations/pattern.ts";

/** Texts that are tried with each pattern. */
const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "aa",
  "aab",
  "abab",
  "aaa",
  "a-b",
  "a|b",
  "A",
  "7",
  "42",
  "é",
  "😀",
  "a😀b",
  ".",
  "\\",
];

test("a pattern accepts what the same regular expression accepts for the whole text", () => {
  const patterns = [
    "a",
    "ab",
    "a|b",
    "|a",
    "",
    "(?:)",
    ".",
    ".*",
    "a.b",
    "a\\|b",
    "\\.",
    "\\\\",
    "[^]",
    "[]|a",
    "a*",
    "a+",
    "a?",
    "a{2}",
    "a{2,}",
    "a{1,2}",
    "a{0}",
    "a*?",
    "(ab)+",
    "(?:ab){2}",
    "(?<name>ab)*",
    "(a|b)*",
    "(a*)*",
    "(a|ab)(b|)",
    "((a?)+b?)+",
    "(?:a|b|(?:ab)+)*",
    "(a{1,2}){1,2}",
    "[a-c]+",
    "[^a]",
    "[\\]|a]",
    "\\d{1,2}",
    "\\w+",
    "[\\w-]+",
    "\\p{Lu}",
    "\\u{1F600}",
    "\\uD83D\\uDE00",
    "a\\u{1F600}b",
  ];
  for (const pattern of patterns) {
    const accepts = compilePattern(pattern);
    const reference = new RegExp(`^(?:${pattern})$`, "u");
    for (const text of TEXTS) {
      assert.equal(accepts(text), reference.test(text), `${pattern} with ${JSON.stringify(text)}`);
    }
  }
});

test("no text takes longer than the same steps for each of its characters, whatever the pattern", () => {
  // A matcher that backtracks would not end within the life of the machine.
  const text = `${"a".repeat(499)}!`;
  for (const pattern of ["(a+)+", "(a|a)*", "(a|aa)+b", "(.*)*b", "(a*)*b", ".*.*.*.*.*b", "(a?){200}b"]) {
    assert.equal(compilePattern(pattern)(text), false, pattern);
  }
});

test("what cannot be matched in linear time is refused, and so is what no text needs", () => {
  for (const pattern of [
    "^a",
    "a$",
    "a\\b",
    "(a)\\1",
    "(?<x>a)\\k<x>",
    "(?=a)a",
    "(?!b)a",
    "(?<=a)b",
    "(?<!a)b",
    "(?i:a)",
  ]) {
    assert.throws(() => compilePattern(pattern), /is not supported: a pattern has no anchors/, pattern);
  }
  for (const pattern of ["[a", "(a", "a)", "a{2,1}", "*"]) {
    assert.throws(() => compilePattern(pattern), /Invalid regular expression/, pattern);
  }
  for (const pattern of [
    "a{1001}",
    "((a{40}){40}){40}",
    "((?:){900}){900}",
    "(?:){999999999}",
    "(|){0,99999999}",
  ]) {
    assert.throws(() => compilePattern(pattern), /too large/, pattern);
  }
});
