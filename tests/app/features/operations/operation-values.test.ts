// The values of an operation's form, from the fields to the request and the confirmation.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation, OperationParameter } from "#lib/contract/operation.ts";
import {
  confirmationText,
  missingParameters,
  requestValues,
  shownValues,
} from "../../../../app/features/operations/operation-values.ts";

const parameter = (facts: Partial<OperationParameter> & { name: string }): OperationParameter => ({
  label: facts.name,
  hint: null,
  type: "text",
  isOptional: false,
  patternHint: null,
  options: [],
  ...facts,
});
const parameters = [
  parameter({ name: "changes", type: "changes" }),
  parameter({ name: "reason", isOptional: true }),
  parameter({ name: "force", type: "boolean" }),
  parameter({ name: "stage", type: "choice", options: [{ value: "all", label: "All servers" }] }),
];

test("a request has a list of changes, true or false for a checkbox, and nothing for an empty field", () => {
  const draft = { changes: " 1234, https://gerrit.example/1235\n1236 ", reason: "  ", stage: "all" };
  assert.deepEqual(requestValues(parameters, draft), {
    changes: ["1234", "https://gerrit.example/1235", "1236"],
    force: false,
    stage: "all",
  });
});

test("only required fields that are empty are missing", () => {
  const missing = (draft: Record<string, string>) =>
    missingParameters(parameters, draft).map(({ name }) => name);
  assert.deepEqual(missing({}), ["changes", "stage"]);
  assert.deepEqual(missing({ changes: "1", stage: "all" }), []);
});

test("the confirmation shows the values as a person reads them", () => {
  const draft = { changes: "1234 1235", stage: "all", force: "true" };
  const operation = {
    parameters,
    confirmation: "Deploy {changes} to {stage} because {reason}?",
  } as Operation;
  assert.equal(confirmationText(operation, draft), "Deploy 1234, 1235 to All servers because …?");
  assert.deepEqual(
    shownValues(parameters, draft).map(({ label, text }) => [label, text]),
    [
      ["changes", "1234, 1235"],
      ["force", "Yes"],
      ["stage", "All servers"],
    ],
  );
});
