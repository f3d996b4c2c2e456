import assert from "node:assert/strict";
import { test } from "node:test";
import {
  errorsHref,
  filterMessages,
  readErrorFilter,
  versionsOf,
} from "../../../../app/features/errors/error-filter.ts";

const MESSAGES = [
  {
    text: "Undefined index: …",
    firstSeenAt: "2026-11-30T12:00:00.000Z",
    errors: 5,
    versions: [
      { version: "1.46", errors: 3 },
      { version: "", errors: 2 },
    ],
  },
  {
    text: "Timeout of the search",
    firstSeenAt: "2026-11-30T12:00:00.000Z",
    errors: 2,
    versions: [{ version: "1.45", errors: 2 }],
  },
];

test("the address has the filter, and only what is set", () => {
  const filter = { q: "a b", version: "", job: "12" };
  assert.equal(errorsHref(filter), "/errors?q=a+b&job=12");
  assert.deepEqual(readErrorFilter({ q: "a b", job: "12", version: ["1", "2"] }), filter);
  assert.equal(errorsHref({ q: "", version: "", job: "" }), "/errors");
});

test("all words must occur, and with a version only its errors count", () => {
  const found = (q: string, version = "") =>
    filterMessages(MESSAGES, { q, version }).map(({ text, errors }) => [text, errors]);
  assert.deepEqual(found("search TIMEOUT"), [["Timeout of the search", 2]]);
  assert.deepEqual(found("", "1.46"), [["Undefined index: …", 3]]);
  assert.deepEqual(found("index", "1.45"), []);
  assert.deepEqual(versionsOf(MESSAGES), ["1.45", "1.46"]);
});
