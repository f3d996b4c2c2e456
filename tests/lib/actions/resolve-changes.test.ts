// Resolves a deployer's input with a Gerrit in which two projects have a change with the same number.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { findChanges, resolveChanges } from "#lib/actions/resolve-changes.ts";
import { createGerrit } from "#lib/gerrit/client.ts";
import { MARKED_PROJECT, ODD, startReviewServer } from "../gerrit/review-server.ts";

const review = await startReviewServer();
after(() => review.close());
const gerrit = createGerrit(review.url);

async function resolve(...inputs: string[]): Promise<{ changes: string[]; reasons: string[] }> {
  const { changes, refused } = await resolveChanges(gerrit, review.url, inputs);
  return {
    changes: changes.map(({ project, number }) => `${project}~${number}`),
    reasons: refused.map(({ reason }) => reason),
  };
}

test("a number that exists in two projects is refused with both, and the error says what to enter", async () => {
  assert.deepEqual(await resolve("6", "21"), {
    changes: ["p~21"],
    reasons: ["Change 6 exists in one and two. Enter one~6 or two~6."],
  });
});

test("the project or the URL selects one of them", async () => {
  for (const input of ["two~6", `${review.url}/c/two/+/6`, `${review.url}/c/two/+/6/1`]) {
    assert.deepEqual(await resolve(input), { changes: ["two~6"], reasons: [] }, input);
  }
});

test("a project is found by its plain and by its percent-encoded name", async () => {
  for (const input of [
    `${MARKED_PROJECT}~5`,
    `${encodeURIComponent(MARKED_PROJECT)}~5`,
    `${review.url}/c/C%23-samples/what%3F/+/5`,
  ]) {
    assert.deepEqual(await resolve(input), { changes: [`${MARKED_PROJECT}~5`], reasons: [] }, input);
  }
});

test("a change that belongs to another project than the given one is refused with the actual project", async () => {
  assert.deepEqual(await resolve("three~6"), {
    changes: [],
    reasons: ["Change 6 belongs to one and two, not to this project."],
  });
  assert.deepEqual((await resolve("p~15")).reasons, [`Change ${ODD.missing} does not exist in Gerrit.`]);
});

test("a duplicate number is refused, whatever its projects: scap identifies changes by their number", async () => {
  assert.deepEqual(await resolve("one~6", "two~6"), {
    changes: ["one~6"],
    reasons: ["This change is listed twice."],
  });
});

test("a lookup by number shows both, and one with a project only that one", async () => {
  const found = async (text: string) =>
    (await findChanges(gerrit, review.url, text)).map(({ project }) => project);
  assert.deepEqual(await found("6"), ["one", "two"]);
  assert.deepEqual(await found("two~6"), ["two"]);
});
