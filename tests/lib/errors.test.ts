// AppError across copies of its module.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "#lib/errors.ts";

test("an AppError is recognised by another copy of its module", async () => {
  const copy = (await import(new URL("../../lib/errors.ts?copy", import.meta.url).href)) as {
    AppError: typeof AppError;
  };
  assert.notEqual(copy.AppError, AppError);
  assert.ok(new copy.AppError("job_not_found") instanceof AppError);
  assert.ok(!(new Error("a bug") instanceof AppError));
});
