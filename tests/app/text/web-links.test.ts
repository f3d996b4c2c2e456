import assert from "node:assert/strict";
import { test } from "node:test";
import { findUrls } from "../../../app/text/web-links.ts";

const urlsIn = (text: string) => findUrls(text).map(({ from, to }) => text.slice(from, to));

test("a URL ends before trailing punctuation", () => {
  const cases: [text: string, urls: string[]][] = [
    ["https://example.org", ["https://example.org"]],
    [
      "see http://a.example/b?c=d#e, and HTTPS://B.example!",
      ["http://a.example/b?c=d#e", "HTTPS://B.example"],
    ],
    ["(https://example.org/c).", ["https://example.org/c"]],
    [
      "https://example.org/a_(b) and [https://example.org/d]",
      ["https://example.org/a_(b)", "https://example.org/d"],
    ],
    ['"https://example.org/q" <https://example.org/a>', ["https://example.org/q", "https://example.org/a"]],
    ["│ https://example.org/table│", ["https://example.org/table"]],
    [
      "https://example.org/a?next=https://example.org/b",
      ["https://example.org/a?next=https://example.org/b"],
    ],
  ];
  for (const [text, urls] of cases) assert.deepEqual(urlsIn(text), urls, text);
});

test("text that only resembles a URL is not a link", () => {
  for (const text of [
    "http://",
    "https://.",
    "xhttps://example.org",
    "://",
    "ftp://example.org",
    "javascript:a",
  ]) {
    assert.deepEqual(urlsIn(text), [], text);
  }
  assert.deepEqual(urlsIn(`https://example.org/${"a".repeat(3000)}`), []);
});
