// Request types and URLs are derived from the endpoint definitions.
import assert from "node:assert/strict";
import { test } from "node:test";
import { interactionEndpoints } from "#lib/contract/interaction.ts";
import { pathExpression, urlOf } from "#lib/contract/path.ts";

test("values are encoded, lists are joined, and undefined values are omitted", () => {
  const query = { state: ["failed", "lost"], q: "a&b", cursor: undefined } as const;
  assert.equal(
    urlOf("GET /api/jobs", { query: { ...query, state: [...query.state] } }),
    "/api/jobs?state=failed%2Clost&q=a%26b",
  );
  assert.equal(urlOf("GET /api/jobs", { query: {} }), "/api/jobs");
  assert.equal(urlOf("PUT /api/lanes/{lane}/freeze", { params: { lane: "a/b" } }), "/api/lanes/a%2Fb/freeze");
});

test("path parameters are extracted by name", () => {
  const { path } = interactionEndpoints.answerInteraction;
  const url = urlOf("PUT /api/jobs/{id}/interactions/{iid}/answer", { params: { id: 12, iid: 34 } });
  assert.deepEqual({ ...pathExpression(path).exec(url)?.groups }, { id: "12", iid: "34" });
  assert.equal(pathExpression("/api/log.txt").exec("/api/logXtxt"), null);
});

test("a value that an endpoint does not take is a type error", () => {
  // @ts-expect-error -- there is no such state
  urlOf("GET /api/jobs", { query: { state: ["done"] } });
  // @ts-expect-error -- there is no such filter
  urlOf("GET /api/jobs", { query: { colour: "red" } });
  // @ts-expect-error -- the id of the interaction is missing
  urlOf("PUT /api/jobs/{id}/interactions/{iid}/answer", { params: { id: 1 } });
});
