import assert from "node:assert/strict";
import { test } from "node:test";
import { type Destination, destinations } from "../../../../../app/features/shell/go-to/destinations.ts";
import { aChange, aSummary, AT } from "../../../wire-samples.ts";

const FIXED: Destination<"shortcuts">[] = [
  { label: "History", href: "/history" },
  { label: "Keyboard shortcuts", action: "shortcuts" },
];
const running = aSummary({
  id: 12,
  requestedBy: "ada",
  changes: [{ ...aChange(1234), subject: "Enable feature" }],
});
const ended = aSummary({
  id: 11,
  requestedBy: "bob",
  state: "failed",
  outcome: "rolled_back",
  finishedAt: AT,
});

function offered(text: string, found = [] as (typeof running)[]): string[] {
  return destinations({ text, jobs: [running, ended], found, fixed: FIXED }).map((one) =>
    "href" in one ? one.href : one.action,
  );
}

test("without a text, the jobs in progress, the pages and the actions are offered", () => {
  assert.deepEqual(offered(""), ["/jobs/12", "/history", "shortcuts"]);
});

test("a number is a job or a change, whichever is more likely first", () => {
  assert.deepEqual(offered("11").slice(0, 2), ["/jobs/11", "/changes/11"]);
  assert.deepEqual(offered("1234").slice(0, 2), ["/changes/1234", "/jobs/1234"]);
  assert.equal(offered("#7")[0], "/jobs/7");
  assert.equal(offered("job 7")[0], "/jobs/7");
  assert.equal(offered("change 7")[0], "/changes/7");
});

test("words find jobs by every field, people and actions, in any order of the words", () => {
  assert.deepEqual(offered("feature enable"), ["/jobs/12", "/history?q=feature+enable"]);
  assert.ok(offered("bob").includes("/people/bob"));
  assert.deepEqual(offered("rolled back"), ["/jobs/11", "/history?q=rolled+back"]);
  assert.equal(offered("shortcuts")[0], "shortcuts");
});

test("jobs that the server finds are at the end and are offered once", () => {
  const older = aSummary({ id: 3, state: "succeeded", outcome: "completed", finishedAt: AT });
  const before = offered("ada");
  assert.deepEqual(offered("ada", [running, older]), [...before, "/jobs/3"]);
});
