// The HTTP interface without a server: requests go directly to the router, with the settings of this process, real accounts
// and the sandbox's review server. Every response must match the schema of its endpoint.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeDatabase, type Database, database, openDatabase } from "#lib/db/connection.ts";
import type { Role } from "#lib/domain/permission.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { findRoute } from "#lib/web/find-endpoint.ts";
import { createRouter } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";
import { type Endpoint, type Method, problemCodesOf } from "#lib/contract/endpoint.ts";
import { endpoints } from "#lib/contract/endpoints.ts";
import { problem } from "#lib/contract/problem.ts";
import type { z } from "zod";
import { handlers } from "../../../app/api/handlers.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import { testDatabase } from "../../support/database.ts";
import { asOperator } from "../../support/origin.ts";
import { copySandbox } from "../../support/sandbox.ts";

const PUBLIC_URL = "https://deploy.example.org";
const respond = createRouter(handlers);

export type Call = {
  method?: Method;
  /** Role of the caller; null sends no credentials. */
  as?: Role | null;
  /** With the session of a browser instead of an API token. */
  isSignedIn?: boolean;
  body?: unknown;
  /** Sent unchanged, instead of `body`. */
  rawBody?: BodyInit;
  headers?: Record<string, string>;
};

export type Api = {
  url: string;
  /** As the owner, for jobs with a past (tests/seed/seed.ts). */
  db: Database;
  world: Sandbox;
  call(path: string, call?: Call): Promise<Response>;
  /** The response to a request that must succeed. */
  ask<T>(schema: { parse(value: unknown): T }, path: string, call?: Call): Promise<T>;
  /** @returns the Cookie header of another browser that has signed in. */
  signIn(role: Role): Promise<string>;
  /** The problem document of a request that must fail. */
  refused(path: string, call?: Call): Promise<z.infer<typeof problem>>;
};

const SETTINGS = {
  SESSION_SECRET: "a secret of the tests, long enough to sign with",
  PUBLIC_URL,
  LOG_LEVEL: "error",
};

/** Call once per process, because settings belong to the process. @param clean `after` of the file. */
export async function startApi(clean: (clean: () => Promise<void>) => void): Promise<Api> {
  const directory = mkdtempSync(join(tmpdir(), "api-"));
  const own = await testDatabase();
  const db = openDatabase(own.url, "test");
  const world = await copySandbox(join(directory, "world"), 200);
  const { gerritUrl: GERRIT_URL, errorsUrl: ERRORS_OPENSEARCH_URL } = world;
  Object.assign(process.env, { ...SETTINGS, GERRIT_URL, ERRORS_OPENSEARCH_URL, DATABASE_URL: own.webUrl });
  clean(async () => {
    await services().live.close();
    await closeDatabase(database());
    await closeDatabase(db);
    await own.close();
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const callers = await addCallers();

  async function call(path: string, given: Call = {}): Promise<Response> {
    const url = new URL(path, PUBLIC_URL);
    const { method = "GET" } = given;
    const body = given.rawBody ?? (given.body === undefined ? undefined : JSON.stringify(given.body));
    const headers = new Headers(given.headers);
    const credentials = await callers.credentialsOf(given);
    for (const [header, value] of Object.entries(credentials)) headers.set(header, value);
    if (given.body !== undefined) headers.set("content-type", "application/json");
    const request = new Request(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body, duplex: "half" }),
    } as RequestInit);
    const answer = await respond(request);
    await requireDescribed(endpointOf(method, url.pathname), answer);
    return answer;
  }

  return {
    url: own.url,
    db,
    world,
    call,
    signIn,
    async ask(schema, path, given) {
      const answer = await call(path, given);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return schema.parse(await answer.json());
    },
    async refused(path, given) {
      const answer = await call(path, given);
      const type = answer.headers.get("content-type");
      const text = await answer.text();
      if (type !== "application/problem+json") throw new Error(`${path}: ${answer.status} ${type} ${text}`);
      const document = problem.parse(JSON.parse(text));
      if (document.status !== answer.status) throw new Error(`${answer.status} says ${document.status}`);
      return document;
    },
  };
}

const PASSWORD = "correct horse battery";

/** @returns the Cookie header of a browser that has signed in. */
async function signIn(role: Role): Promise<string> {
  const answer = await respond(
    new Request(`${PUBLIC_URL}/api/auth/sign-in/username`, {
      method: "POST",
      headers: { origin: PUBLIC_URL, "content-type": "application/json" },
      body: JSON.stringify({ username: role, password: PASSWORD }),
    }),
  );
  assert.equal(answer.status, 204);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** One account for each role, with a token; each signs in when it is first needed. */
async function addCallers() {
  const tokens = new Map<Role, string>();
  const cookies = new Map<Role, Promise<string>>();
  const operator = asOperator(database());
  for (const role of ["viewer", "deployer", "admin"] as const) {
    await addAccount(operator, { name: role, role, password: PASSWORD });
    const given = { account: role, name: "tests", scope: "admin", days: 1 } as const;
    tokens.set(role, (await issueToken(operator, given)).token);
  }
  return {
    credentialsOf: async ({
      as: role = "deployer",
      isSignedIn = false,
    }: Call): Promise<Record<string, string>> => {
      if (role === null) return {};
      if (!isSignedIn) return { authorization: `Bearer ${tokens.get(role)}` };
      const cookie = cookies.get(role) ?? signIn(role);
      cookies.set(role, cookie);
      return { cookie: await cookie, origin: PUBLIC_URL };
    },
  };
}

function endpointOf(method: Method, path: string): Endpoint {
  const name = findRoute(path)?.byMethod.get(method);
  if (name === undefined) throw new Error(`no endpoint for ${method} ${path}`);
  return endpoints[name];
}

/** The response has all fields that the endpoint defines, with their types, and no others. */
async function requireDescribed(endpoint: Endpoint, answer: Response): Promise<void> {
  const type = answer.headers.get("content-type") ?? "";
  const where = `${endpoint.method} ${endpoint.path} answers ${answer.status} as ${type}`;
  if (type === "application/problem+json") {
    const { code } = problem.parse(await answer.clone().json());
    const isDefined = problemCodesOf(endpoint).some((one) => one === code);
    return assert.ok(isDefined, `${where} with ${code}, which is not defined`);
  }
  const { response } = endpoint;
  assert.ok(
    response.statuses.some((status) => status === answer.status),
    where,
  );
  switch (response.kind) {
    case "empty":
      return assert.equal(answer.body, null, where);
    case "redirect":
      return assert.ok(answer.headers.has("location"), where);
    case "file":
      return assert.ok(type.startsWith(response.mediaType), where);
    case "events":
      return assert.ok(type.startsWith("text/event-stream"), where);
    case "json": {
      if (response.alsoAs !== undefined && type.startsWith(response.alsoAs)) return;
      const body: unknown = await answer.clone().json();
      return assert.deepEqual(response.schema.parse(body), body, where);
    }
  }
}
