import assert from "node:assert/strict";
import { test } from "node:test";
import { safeNextPath } from "../../../app/client/next-path.ts";

test("signing in returns to the requested page", () => {
  assert.equal(safeNextPath("/jobs/12"), "/jobs/12");
  assert.equal(safeNextPath("/?backport=1234#L10"), "/?backport=1234#L10");
});

test("no URL parameter can redirect to another site", () => {
  const hostile = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "\\\\elsewhere.example",
    "javascript:alert(1)",
    " /jobs",
    "",
    "jobs/1",
    "/jobs\\..\\x",
  ];
  for (const next of hostile) assert.equal(safeNextPath(next), "/", next);
});

test("signing in does not redirect to the sign-in page or to the API", () => {
  assert.equal(safeNextPath("/sign-in?next=/sign-in"), "/");
  assert.equal(safeNextPath("/api/auth/sign-out"), "/");
  assert.equal(safeNextPath(undefined), "/");
  assert.equal(safeNextPath(null), "/");
});
