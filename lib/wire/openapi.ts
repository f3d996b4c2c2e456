// openapi.json, made from the same schemas that the routes parse and answer with.
import { z } from "zod";
import * as wire from "./schemas.ts";

export type Operation = {
  method: "get" | "post" | "put" | "delete";
  path: string;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** By status: the form of the JSON, the type of anything else, or null for nothing at all. */
  answers: Record<number, z.ZodType | string | null>;
};

const PROBLEM = "A problem document with a stable `code`.";

export const OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/api/jobs",
    summary: "Queue a deployment. `Idempotency-Key` is honoured.",
    body: wire.createJobRequest,
    answers: { 201: wire.job, 400: wire.problem },
  },
  {
    method: "get",
    path: "/api/jobs",
    summary: "Jobs, newest first.",
    query: wire.listJobsQuery,
    answers: { 200: wire.jobList },
  },
  {
    method: "get",
    path: "/api/jobs/{id}",
    summary: "One job with its changes, phases and interactions.",
    answers: { 200: wire.job, 404: wire.problem },
  },
  {
    method: "get",
    path: "/api/jobs/{id}/log",
    summary: "A window of log lines; 410 with `output_removed` when the retention rule has removed them.",
    query: wire.logQuery,
    answers: { 200: wire.logPage, 410: wire.problem },
  },
  {
    method: "get",
    path: "/api/jobs/{id}/log.txt",
    summary: "The whole log without colours.",
    answers: { 200: "text/plain", 410: wire.problem },
  },
  {
    method: "get",
    path: "/api/jobs/{id}/transcript.cast",
    summary: "The terminal as asciicast v3.",
    answers: { 200: "application/x-asciicast", 410: wire.problem },
  },
  {
    method: "get",
    path: "/api/jobs/{id}/events",
    summary: "Server-sent events of one job; resumes from Last-Event-ID. A `heartbeat` comes every 10 s.",
    query: wire.jobEventsQuery,
    answers: { 200: "text/event-stream" },
  },
  {
    method: "get",
    path: "/api/events",
    summary: "Server-sent events: every job's summary, whenever it changes, and a `heartbeat` every 10 s.",
    answers: { 200: "text/event-stream" },
  },
  {
    method: "get",
    path: "/api/interactions",
    summary: "What waits for a person, everywhere.",
    query: wire.interactionsQuery,
    answers: { 200: wire.interactionList },
  },
  {
    method: "put",
    path: "/api/jobs/{id}/interactions/{iid}/answer",
    summary: "Answer a question; the first answer wins.",
    body: wire.answerRequest,
    answers: { 200: wire.interaction, 409: wire.problem, 410: wire.problem, 422: wire.problem },
  },
  {
    method: "post",
    path: "/api/jobs/{id}/signals",
    summary: "Interrupt, terminate or kill a running job.",
    body: wire.signalRequest,
    answers: { 202: wire.signalAccepted, 409: wire.problem },
  },
  {
    method: "post",
    path: "/api/jobs/{id}/cancellation",
    summary: "Take a queued job out of the queue.",
    answers: { 200: wire.job, 409: wire.problem },
  },
  {
    method: "post",
    path: "/api/jobs/{id}/retry",
    summary: "A new job for the same changes.",
    answers: { 201: wire.job, 409: wire.problem },
  },
  {
    method: "post",
    path: "/api/jobs/{id}/lane-release",
    summary: "Confirm the state of a lost deployment, so that its lane goes on. Admins.",
    body: wire.laneReleaseRequest,
    answers: { 200: wire.job, 409: wire.problem },
  },
  {
    method: "post",
    path: "/api/jobs/{id}/loss",
    summary:
      "Declare a job lost whose worker has been silent for at least 5 minutes; 409 with `worker_not_silent` before. Its lane stays held. Admins.",
    body: wire.lossRequest,
    answers: { 200: wire.job, 409: wire.problem },
  },
  {
    method: "post",
    path: "/api/jobs/{id}/sensitive-lines",
    summary: "Lines that scap marked as sensitive; asking for them is an event in the history.",
    answers: { 200: wire.sensitiveLines, 410: wire.problem },
  },
  {
    method: "put",
    path: "/api/lanes/{lane}/freeze",
    summary: "Freeze a lane: it takes no new jobs and starts none. Admins.",
    body: wire.freezeRequest,
    answers: { 200: wire.laneFreeze, 409: wire.problem },
  },
  {
    method: "delete",
    path: "/api/lanes/{lane}/freeze",
    summary: "Lift a freeze.",
    answers: { 204: null, 404: wire.problem },
  },
  {
    method: "get",
    path: "/api/changes",
    summary: "Look up changes in Gerrit.",
    query: wire.changeQuery,
    answers: { 200: wire.changeList },
  },
  {
    method: "get",
    path: "/api/whoami",
    summary: "Who is asking, and what that person may do.",
    answers: { 200: wire.whoami },
  },
  {
    method: "get",
    path: "/api/health",
    summary: "Whether database and workers are there.",
    answers: { 200: wire.health, 503: wire.health },
  },
  { method: "get", path: "/api/metrics", summary: "Metrics for Prometheus.", answers: { 200: "text/plain" } },
];

export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = {
      summary: operation.summary,
      parameters: parametersOf(operation),
      ...(operation.body === undefined
        ? {}
        : {
            requestBody: {
              required: true,
              content: { "application/json": { schema: toSchema(operation.body, "input") } },
            },
          }),
      responses: responsesOf(operation),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "SpiderPig",
      version: "1",
      description: "Deploy changes with scap, and answer what it asks.",
    },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        // Behind TLS with the prefix `__Secure-`, which OpenAPI has no way to say.
        session: { type: "apiKey", in: "cookie", name: "spiderpig.session_token" },
      },
    },
    security: [{ token: [] }, { session: [] }],
    paths,
  };
}

function parametersOf(operation: Operation): unknown[] {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: name === "lane" ? "string" : "integer" },
  }));
  if (operation.query === undefined) return inPath;
  const schema = toSchema(operation.query, "input");
  const properties = (schema["properties"] ?? {}) as Record<string, unknown>;
  return [
    ...inPath,
    ...Object.entries(properties).map(([name, property]) => ({ name, in: "query", schema: property })),
  ];
}

function responsesOf(operation: Operation): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  for (const [status, answer] of Object.entries(operation.answers)) {
    if (answer === null) {
      responses[status] = { description: "" };
      continue;
    }
    const type =
      typeof answer === "string"
        ? answer
        : answer === wire.problem
          ? "application/problem+json"
          : "application/json";
    responses[status] = {
      description: answer === wire.problem ? PROBLEM : "",
      content: { [type]: typeof answer === "string" ? {} : { schema: toSchema(answer, "output") } },
    };
  }
  return responses;
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  return z.toJSONSchema(schema, { io, unrepresentable: "any" });
}
