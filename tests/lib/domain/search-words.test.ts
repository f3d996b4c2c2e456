// How a search text is divided into terms.
import assert from "node:assert/strict";
import { test } from "node:test";
import { searchTerms } from "#lib/domain/search-words.ts";

const terms = (text: string) => searchTerms(text).map((term) => ("facet" in term ? term.facet : term.word));

test("each word is a term of its own", () => {
  assert.deepEqual(terms("  feature   Enable\tT371234: wmf.3/core "), [
    "feature",
    "Enable",
    "T371234:",
    "wmf.3/core",
  ]);
});

test("a number is exact, and with # or the word job it is the number of a job", () => {
  assert.deepEqual(terms("12"), ["number:12"]);
  for (const text of ["#12", "job 12", "Job #12", "job  12"]) assert.deepEqual(terms(text), ["job:12"], text);
  assert.deepEqual(terms("change 1234 login"), ["change:1234", "login"]);
  assert.deepEqual(terms("job queue 12"), ["job", "queue", "number:12"]);
  assert.deepEqual(terms("job 12abc"), ["job", "12abc"]);
});

test("letters of every script are searched, punctuation alone is ignored", () => {
  assert.deepEqual(terms("日本 é ... && () -"), ["日本", "é"]);
});
