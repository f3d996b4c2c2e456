import assert from "node:assert/strict";
import test from "node:test";
import { z } from "zod";
import { AppError } from "#lib/errors.ts";
import { parse } from "#lib/parse.ts";

const FORM = z.strictObject({
  wiki: z.string().meta({ title: "Wiki" }),
  changes: z.array(z.int()).optional(),
});

test("a refusal names each field by its title, or as the request does", () => {
  assert.equal(refusal({ wiki: 1 }), "Wiki: Invalid input: expected string, received number.");
  assert.match(refusal({ wiki: "", changes: [1, ""] }), /^changes\.1: /);
});

test("a field named like a member of every object is refused as one that does not exist", () => {
  for (const name of ["constructor", "toString", "hasOwnProperty"]) {
    assert.equal(refusal({ wiki: "", [name]: 1 }), `${name}: This field does not exist.`);
  }
});

function refusal(value: unknown): string {
  try {
    parse(FORM, value);
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "invalid_request");
    return String(error.detail);
  }
  return assert.fail("was accepted");
}
