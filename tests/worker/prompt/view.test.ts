import { test } from "node:test";
import assert from "node:assert/strict";
import { shortenRuns } from "../../../worker/prompt/view.ts";
import { drive } from "./drive.ts";

test("a question with thousands of spaces and brackets is shortened to a few hundred characters", async () => {
  const job = drive();
  await job.output(`Check this${" ".repeat(30_000)}${")".repeat(30_000)}\r\nContinue? [y/N]: `);

  await job.reading({ readId: 1 });

  const [asked] = job.seen;
  assert(asked?.kind === "open");
  assert.equal(asked.prompt.kind, "yes_no");
  assert.ok(asked.prompt.message.length < 1000);
  assert.match(asked.prompt.message, /Continue\?$/);
});

test("only runs longer than a row are shortened", () => {
  const table = `┌${"─".repeat(158)}┐\n│ 1234 │`;
  assert.equal(shortenRuns(table), table);
  assert.equal(shortenRuns(""), "");
  assert.equal(shortenRuns("x".repeat(200)), "x".repeat(200));
  assert.equal(
    shortenRuns(`a${"x".repeat(201)}b${" ".repeat(900)}`),
    `a${"x".repeat(200)}…b${" ".repeat(200)}…`,
  );
});
