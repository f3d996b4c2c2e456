import { test } from "node:test";
import { caseNames, check } from "./fixture-case.ts";

for (const name of caseNames()) {
  test(`corpus: ${name}`, () => check(name));
}
