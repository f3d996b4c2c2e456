// openapi.json, generated from the definitions of the endpoints. Each schema that a file of this folder exports is in the
// document once, under its name, and is referred to.
import { z } from "zod";
import { problemOf } from "../errors.ts";
import { type Endpoint, type EndpointResponse, problemCodesOf } from "./endpoint.ts";
import { contractFiles, endpoints } from "./endpoints.ts";
import * as problem from "./problem.ts";

/** By the schema, its name in the document: `jobSummary` is JobSummary. */
const NAMES = z.registry<{ id: string }>();
for (const exported of [problem, ...Object.values(contractFiles)]) {
  for (const [name, value] of Object.entries<unknown>(exported)) {
    if (value instanceof z.ZodType) NAMES.add(value, { id: name.charAt(0).toUpperCase() + name.slice(1) });
  }
}

const COMPONENTS = "#/components/schemas/";
const DESCRIPTION =
  "Deploy changes with scap, and answer its questions. Times are ISO 8601: any offset in requests, UTC in responses. A malformed request is refused with 400, a well-formed one that cannot be accepted with 422; `errors` names each bad field. A method that a path does not support is refused with 405 and `Allow`.";

type JsonSchema = Record<string, unknown>;
/** Collects the schemas that the document refers to, by their names. */
type Components = Record<string, JsonSchema>;

export function openApiDocument(): Record<string, unknown> {
  const schemas: Components = {};
  toSchema(problem.problem, "output", schemas);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = { operationId, ...operationOf(endpoint, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "SpiderPig", version: "1", description: DESCRIPTION },
    components: {
      schemas,
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        // Behind TLS the name has the prefix `__Host-`, which OpenAPI cannot express.
        session: { type: "apiKey", in: "cookie", name: "spiderpig.session_token" },
      },
    },
    security: [{ token: [] }, { session: [] }],
    paths,
  };
}

function operationOf(endpoint: Endpoint, schemas: Components): Record<string, unknown> {
  const { summary, permission, body } = endpoint;
  return {
    summary,
    ...(permission === null ? { security: [] } : {}),
    parameters: parametersOf(endpoint),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: toSchema(body, "input", schemas) } },
          },
        }),
    responses: responsesOf(endpoint, schemas),
  };
}

function parametersOf({ params, query, acceptsIdempotencyKey }: Endpoint): unknown[] {
  return [
    ...fieldsOf(params, "path"),
    // A list is one value with commas.
    ...fieldsOf(query, "query").map((field) => ({ ...field, explode: false })),
    ...(acceptsIdempotencyKey === true
      ? [
          {
            name: "Idempotency-Key",
            in: "header",
            required: false,
            schema: { type: "string", maxLength: 200 },
          },
        ]
      : []),
  ];
}

function fieldsOf(schema: z.ZodObject | undefined, place: "path" | "query") {
  if (schema === undefined) return [];
  // As they are parsed: a number in a path is text only on its way.
  const { properties = {} } = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  const { required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function responsesOf(endpoint: Endpoint, schemas: Components): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  for (const status of endpoint.response.statuses) {
    responses[status] = { description: "", ...contentOf(endpoint.response, schemas) };
  }
  const codes = Map.groupBy(problemCodesOf(endpoint), (code) => problemOf(code).status);
  for (const [status, ofStatus] of codes) {
    // A status that is a response as well has the form of the response.
    responses[status] ??= {
      description: ofStatus.map((code) => `\`${code}\`: ${problemOf(code).title}`).join("\n\n"),
      content: { "application/problem+json": { schema: { $ref: `${COMPONENTS}Problem` } } },
    };
  }
  return responses;
}

function contentOf(response: EndpointResponse, schemas: Components): Record<string, unknown> {
  switch (response.kind) {
    case "empty":
    case "redirect":
      return {};
    case "file":
      return { content: { [response.mediaType]: {} } };
    case "json":
      return {
        content: {
          "application/json": { schema: toSchema(response.schema, "output", schemas) },
          ...(response.alsoAs === undefined ? {} : { [response.alsoAs]: {} }),
        },
      };
    case "events": {
      const data = Object.entries(response.events).map(
        ([name, schema]) => [name, toSchema(schema, "output", schemas)] as const,
      );
      // OpenAPI has no term for the events of a stream: by the name of the event, the schema of its data.
      const schema = { type: "string", "x-events": Object.fromEntries(data) };
      return { content: { "text/event-stream": { schema } } };
    }
  }
}

/** A reference, if the schema has a name. Puts it and the schemas that it refers to into `schemas`. */
function toSchema(schema: z.ZodType, io: "input" | "output", schemas: Components): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    metadata: NAMES,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // NAMES takes the place of the registry that has what schemas say about themselves.
      Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
      // A later version may add fields to a response. A request has no other fields than those described.
      if (io === "output" && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties;
      }
    },
  });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', `"${COMPONENTS}`);
  const { $schema: _, $defs, ...own } = JSON.parse(text) as JsonSchema & { $defs?: Components };
  Object.assign(schemas, $defs);
  return own;
}
