// Compares openapi.json with the endpoint definitions that it is generated from.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { jobEvents } from "#lib/contract/events.ts";
import type { Endpoint } from "#lib/contract/endpoint.ts";
import { endpoints } from "#lib/contract/endpoints.ts";
import * as route from "../../../app/api/[...path]/route.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";
import { setHeartbeatAge } from "../../seed/heartbeats.ts";

const api = await startApi(after);
type Operation = {
  operationId: string;
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description?: string; content?: Record<string, object> }>;
};
type Document = {
  openapi: string;
  info: object;
  components: { schemas: Record<string, { properties?: object }> };
  paths: Record<string, Record<string, Operation>>;
};

const document = (await (await api.call("/api/openapi.json")).json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("exactly the existing endpoints are described", () => {
  const described = operations.map(
    ({ path, method, operation }) => `${operation.operationId} ${method} ${path}`,
  );
  const defined = Object.entries<Endpoint>(endpoints).map(
    ([name, { path, method }]) => `${name} ${method.toLowerCase()} ${path}`,
  );
  assert.deepEqual(described.toSorted(), defined.toSorted());
});

test("the one route of Next accepts every method of an endpoint, and no two endpoints have the same method and path", () => {
  const methods = new Set(Object.values(endpoints).map(({ method }) => method));
  const taken = Object.keys(route).filter((name) => name !== "dynamic");
  assert.deepEqual(taken.toSorted(), [...methods].toSorted());

  const addresses = Object.values(endpoints).map(
    ({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`,
  );
  assert.deepEqual(addresses, [...new Set(addresses)]);
});

test("the document is valid OpenAPI 3.1", () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  for (const { path, method, operation } of operations) {
    const where = `${method} ${path}`;
    assert.ok(operation.summary, where);
    assert.ok(Object.keys(operation.responses).length > 0, where);
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.match(status, /^[1-5]\d\d$/, where);
      assert.equal(typeof response.description, "string", where);
    }
    const inPath = operation.parameters?.filter((parameter) => parameter.in === "path") ?? [];
    assert.deepEqual(
      inPath.map(({ name }) => name),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      where,
    );
    assert.ok(
      inPath.every(({ required }) => required === true),
      where,
    );
    assert.ok(operation.parameters?.every(({ schema }) => typeof schema === "object") ?? true, where);
    const takesBody = operation.requestBody !== undefined;
    if (takesBody) assert.ok(["post", "put", "patch"].includes(method), where);
  }
});

test("every error code and every stream event is documented", () => {
  const answer = document.paths["/api/jobs/{id}/interactions/{iid}/answer"]?.["put"]?.responses ?? {};
  assert.deepEqual(Object.keys(answer).toSorted(), [
    "200",
    "400",
    "401",
    "403",
    "404",
    "409",
    "410",
    "412",
    "413",
    "422",
    "429",
    "500",
    "503",
  ]);
  assert.match(answer["409"]?.description ?? "", /`interaction_already_answered`: Another person answered/);
  assert.ok("application/problem+json" in (answer["503"]?.content ?? {}));

  const stream = document.paths["/api/jobs/{id}/events"]?.["get"]?.responses["200"]?.content ?? {};
  const { schema } = stream["text/event-stream"] as { schema: { "x-events": Record<string, object> } };
  assert.deepEqual(Object.keys(schema["x-events"]), Object.keys(jobEvents));
});

test("rarely used endpoints respond as described", async () => {
  const silent = await aJob(api.db, { lane: "silent" }).running();
  await setHeartbeatAge(api.db, silent.id, 400);
  const post = (body?: object) => ({ method: "POST", as: "admin", body }) as const;
  const answers = [
    await api.call("/api/whoami", { as: null }),
    await api.call("/api/whoami", { as: "viewer" }),
    await api.call("/api/health", { as: null }),
    await api.call("/api/events"),
    await api.call(`/api/jobs/${silent.id}/sensitive-lines`, post()),
    await api.call(`/api/jobs/${silent.id}/loss`, post({ note: "the host burnt" })),
    await api.call(`/api/jobs/${silent.id}/lane-release`, post({ note: "its files do not exist" })),
    await api.call("/api/lanes/ice/freeze", { method: "PUT", as: "admin", body: { reason: "a switchover" } }),
    await api.call("/api/lanes/ice/freeze", { method: "DELETE", as: "admin" }),
  ];
  await answers[3]?.body?.cancel();

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200, 200, 200, 200, 204],
  );
});

test("a named schema is defined once, and referenced", () => {
  const content = document.paths["/api/jobs/{id}"]?.["get"]?.responses["200"]?.content ?? {};
  assert.deepEqual(content, { "application/json": { schema: { $ref: "#/components/schemas/Job" } } });

  const { schemas } = document.components;
  assert.ok(["JobChange", "Interaction", "Job", "JobSummary", "Problem"].every((name) => name in schemas));
  const inPaths = JSON.stringify(document.paths);
  for (const [name, { properties }] of Object.entries(schemas)) {
    if (properties !== undefined) assert.ok(!inPaths.includes(JSON.stringify(properties)), name);
  }
});

test("responses permit additional fields, and requests do not", () => {
  const closed = Object.entries(document.components.schemas)
    .filter(([, schema]) => JSON.stringify(schema).includes('"additionalProperties":false'))
    .map(([name]) => name);

  const bodies = operations.flatMap(
    ({ operation }) => JSON.stringify(operation.requestBody ?? "").match(/\w+Request/g) ?? [],
  );
  assert.ok(closed.length > 3);
  // The parameters of a new job are those of its operation, which the handler checks.
  assert.deepEqual([...closed, "CreateJobRequest"].toSorted(), [...new Set(bodies)].toSorted());
  assert.ok(!JSON.stringify(document.paths).includes('"additionalProperties":false'));
});

test("every reference in the document resolves", () => {
  const text = JSON.stringify(document);
  for (const [, reference] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
    const steps = (reference ?? "").split("/").slice(1);
    const target = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document);
    assert.ok(target !== undefined, reference ?? "");
  }
});
