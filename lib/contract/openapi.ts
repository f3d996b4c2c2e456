// openapi.json, made from the same schemas that the routes parse and answer with. Each of them that schemas.ts exports
// stands in it once, under its name, and is referred to.
import { z } from "zod";
import { type ErrorCode, problemOf } from "../errors.ts";
import * as account from "./account.ts";
import * as change from "./change.ts";
import * as events from "./events.ts";
import * as interaction from "./interaction.ts";
import * as job from "./job.ts";
import * as lane from "./lane.ts";
import * as log from "./log.ts";
import * as problem from "./problem.ts";
import * as service from "./service.ts";

export type Operation = {
  method: "get" | "post" | "put" | "delete";
  path: string;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** By status: the form of the JSON, the events of a stream, the type of anything else, or null for nothing at all. */
  answers: Record<number, z.ZodType | EventSchemas | string | null>;
  /** Besides those that `refusalsOf` adds to every operation of its kind. */
  refusals?: readonly ErrorCode[];
  /** Answers whoever asks. */
  isOpen?: true;
};

/** By the name of the event, the form of its data. */
type EventSchemas = Readonly<Record<string, z.ZodType>>;

/** Gerrit's failures: of every operation that asks it. */
const GERRIT = [
  "gerrit_query_refused",
  "gerrit_unreachable",
  "gerrit_timeout",
  "gerrit_untrusted",
  "gerrit_failed",
  "gerrit_sign_in_required",
  "gerrit_redirected",
  "gerrit_not_found",
  "gerrit_answer_incomplete",
  "gerrit_answer_invalid",
] as const satisfies readonly ErrorCode[];

export const OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/api/jobs",
    summary: "Queue a deployment. `Idempotency-Key` is honoured.",
    body: job.createJobRequest,
    answers: { 201: job.job },
    refusals: ["changes_refused", "idempotency_conflict", "lane_frozen", ...GERRIT],
  },
  {
    method: "get",
    path: "/api/jobs",
    summary: "Jobs, newest first.",
    query: job.listJobsQuery,
    answers: { 200: job.jobList },
  },
  {
    method: "get",
    path: "/api/jobs/{id}",
    summary: "One job with its changes, phases and interactions.",
    answers: { 200: job.job },
  },
  {
    method: "get",
    path: "/api/jobs/{id}/log",
    summary: "A window of log lines; 410 with `output_removed` when the retention rule has removed them.",
    query: log.logQuery,
    answers: { 200: log.logPage },
    refusals: ["output_removed"],
  },
  {
    method: "get",
    path: "/api/jobs/{id}/log/matches",
    summary:
      "Numbers of the log's lines that have some words. One request reads a part; ask again from `nextLine`.",
    query: log.logMatchesQuery,
    answers: { 200: log.logMatches },
    refusals: ["output_removed"],
  },
  {
    method: "get",
    path: "/api/jobs/{id}/log.txt",
    summary: "The whole log without colours.",
    answers: { 200: "text/plain" },
    refusals: ["output_removed"],
  },
  {
    method: "get",
    path: "/api/jobs/{id}/transcript.cast",
    summary: "The terminal as asciicast v3.",
    answers: { 200: "application/x-asciicast" },
    refusals: ["output_removed"],
  },
  {
    method: "get",
    path: "/api/jobs/{id}/events",
    summary: "Server-sent events of one job; resumes from Last-Event-ID. A `heartbeat` comes every 10 s.",
    query: events.jobEventsQuery,
    answers: { 200: events.jobEvents },
    refusals: ["too_many_streams"],
  },
  {
    method: "get",
    path: "/api/events",
    summary: "Server-sent events: every job's summary, whenever it changes, and a `heartbeat` every 10 s.",
    answers: { 200: events.overviewEvents },
    refusals: ["too_many_streams"],
  },
  {
    method: "get",
    path: "/api/events/multiplexed",
    summary:
      "Server-sent events of the overview and of up to 100 jobs on one connection. To resume, name each job with the cursor of its last event; Last-Event-ID is not used.",
    query: events.multiplexedEventsQuery,
    answers: { 200: events.multiplexedEvents },
    refusals: ["too_many_streams"],
  },
  {
    method: "get",
    path: "/api/interactions",
    summary: "What waits for a person, everywhere.",
    query: interaction.interactionsQuery,
    answers: { 200: interaction.interactionList },
  },
  {
    method: "put",
    path: "/api/jobs/{id}/interactions/{iid}/answer",
    summary: "Answer a question; the first answer wins.",
    body: interaction.answerRequest,
    answers: { 200: interaction.interaction },
    refusals: [
      "interaction_not_found",
      "interaction_already_answered",
      "interaction_expired",
      "interaction_withdrawn",
      "answer_not_an_option",
      "worker_unreachable",
    ],
  },
  {
    method: "post",
    path: "/api/jobs/{id}/signals",
    summary: "Interrupt, terminate or kill a running job.",
    body: job.signalRequest,
    answers: { 202: job.signalAccepted },
    refusals: ["job_already_ended"],
  },
  {
    method: "post",
    path: "/api/jobs/{id}/cancellation",
    summary: "Take a queued job out of the queue.",
    answers: { 200: job.job },
    refusals: ["job_already_started", "job_already_ended"],
  },
  {
    method: "post",
    path: "/api/jobs/{id}/retry",
    summary: "A new job for the same changes.",
    answers: { 201: job.job },
    refusals: ["job_not_ended", "changes_refused", "idempotency_conflict", "lane_frozen", ...GERRIT],
  },
  {
    method: "post",
    path: "/api/jobs/{id}/lane-release",
    summary: "Confirm the state of a lost deployment, so that its lane goes on. Admins.",
    body: lane.laneReleaseRequest,
    answers: { 200: job.job },
    refusals: ["lane_not_held"],
  },
  {
    method: "post",
    path: "/api/jobs/{id}/loss",
    summary:
      "Declare a job lost whose worker has been silent for at least 5 minutes; 409 with `worker_not_silent` before. Its lane stays held. Admins.",
    body: job.lossRequest,
    answers: { 200: job.job },
    refusals: ["worker_not_silent", "job_already_ended"],
  },
  {
    method: "post",
    path: "/api/jobs/{id}/sensitive-lines",
    summary: "Lines that scap marked as sensitive; asking for them is an event in the history.",
    answers: { 200: log.sensitiveLines },
    refusals: ["output_removed"],
  },
  {
    method: "put",
    path: "/api/lanes/{lane}/freeze",
    summary: "Freeze a lane: it takes no new jobs and starts none. Admins.",
    body: lane.freezeRequest,
    answers: { 200: lane.laneFreeze },
    refusals: ["lane_frozen"],
  },
  {
    method: "delete",
    path: "/api/lanes/{lane}/freeze",
    summary: "Lift a freeze.",
    answers: { 204: null },
  },
  {
    method: "get",
    path: "/api/changes",
    summary: "Look up changes in Gerrit.",
    query: change.changeQuery,
    answers: { 200: change.changeList },
    refusals: GERRIT,
  },
  {
    method: "get",
    path: "/api/whoami",
    summary: "Who is asking, and what that person may do.",
    answers: { 200: account.whoami },
    isOpen: true,
  },
  {
    method: "get",
    path: "/api/health",
    summary: "Whether database and workers are there.",
    answers: { 200: service.health, 503: service.health },
    isOpen: true,
  },
  { method: "get", path: "/api/metrics", summary: "Metrics for Prometheus.", answers: { 200: "text/plain" } },
];

/** By the schema, its name in the document: `jobSummary` is JobSummary. */
const NAMES = z.registry<{ id: string }>();
for (const [name, schema] of [account, change, events, interaction, job, lane, log, problem, service].flatMap(
  (noun) => Object.entries<unknown>(noun),
))
  if (schema instanceof z.ZodType) NAMES.add(schema, { id: name.charAt(0).toUpperCase() + name.slice(1) });

const COMPONENTS = "#/components/schemas/";

type JsonSchema = Record<string, unknown>;
/** Takes the schemas that the document refers to by their names. */
type Components = Record<string, JsonSchema>;

export function openApiDocument(): Record<string, unknown> {
  const schemas: Components = {};
  toSchema(problem.problem, "output", schemas);
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
              content: { "application/json": { schema: toSchema(operation.body, "input", schemas) } },
            },
          }),
      responses: responsesOf(operation, schemas),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "SpiderPig",
      version: "1",
      description:
        "Deploy changes with scap, and answer what it asks. Times are ISO 8601: any offset in requests, UTC in responses. A request that is malformed is refused with 400, one that is well-formed but cannot be accepted with 422; `errors` names each bad field. A method that an address does not support is refused with 405 and `Allow`.",
    },
    components: {
      schemas,
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
  const { properties = {} } = z.toJSONSchema(operation.query, { io: "input" });
  return [
    ...inPath,
    ...Object.entries(properties).map(([name, property]) => ({ name, in: "query", schema: property })),
  ];
}

function responsesOf(operation: Operation, schemas: Components): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  for (const [status, answer] of Object.entries(operation.answers)) {
    responses[status] =
      answer === null ? { description: "" } : { description: "", content: contentOf(answer, schemas) };
  }
  for (const [status, codes] of Map.groupBy(refusalsOf(operation), (code) => problemOf(code).status)) {
    // What is an answer as well has the answer's form.
    responses[status] ??= {
      description: codes.map((code) => `\`${code}\`: ${problemOf(code).title}`).join("\n\n"),
      content: { "application/problem+json": { schema: { $ref: `${COMPONENTS}Problem` } } },
    };
  }
  return responses;
}

function contentOf(answer: z.ZodType | EventSchemas | string, schemas: Components): Record<string, unknown> {
  if (typeof answer === "string") return { [answer]: {} };
  if (isSchema(answer)) return { "application/json": { schema: toSchema(answer, "output", schemas) } };
  const events = Object.entries(answer).map(
    ([name, schema]) => [name, toSchema(schema, "output", schemas)] as const,
  );
  // The document has no words of its own for a stream: by the name of the event, what its data is as JSON.
  return { [EVENT_STREAM]: { schema: { type: "string", "x-events": Object.fromEntries(events) } } };
}

/** Every code with which the operation may refuse. */
export function refusalsOf({ method, path, query, body, isOpen, refusals = [] }: Operation): ErrorCode[] {
  const ofAll: ErrorCode[] = ["database_unreachable", "internal"];
  const ofClosed: ErrorCode[] = ["not_signed_in", "account_disabled", "not_permitted"];
  return [
    ...ofAll,
    ...(isOpen === true ? [] : ofClosed),
    // Of every request that has the header Request-Deadline, which nobody needs for reading.
    ...(method === "get" ? [] : (["foreign_origin", "request_too_late"] as const)),
    ...(query === undefined && body === undefined ? [] : (["invalid_request"] as const)),
    ...(body === undefined ? [] : (["request_too_large", "unacceptable_value"] as const)),
    ...(path.includes("{") ? (["not_found"] as const) : []),
    ...(path.includes("/jobs/{id}") ? (["job_not_found"] as const) : []),
    ...refusals,
  ];
}

export const EVENT_STREAM = "text/event-stream";

export function isSchema(answer: z.ZodType | EventSchemas): answer is z.ZodType {
  return answer instanceof z.ZodType;
}

/** A reference, if the schema has a name. Puts it and whatever it refers to into `schemas`. */
function toSchema(schema: z.ZodType, io: "input" | "output", schemas: Components): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    metadata: NAMES,
    unrepresentable: "any",
    // A later version may add to what it answers; what it is asked is taken at its word.
    override: ({ jsonSchema }) => {
      if (io === "output" && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', `"${COMPONENTS}`);
  const { $schema: _, $defs, ...own } = JSON.parse(text) as JsonSchema & { $defs?: Components };
  Object.assign(schemas, $defs);
  return own;
}
