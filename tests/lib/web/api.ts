// The HTTP interface without a server: requests go to the route handlers below app/api, found by their folders as Next
// finds them, with the process's own settings, real accounts and the sandbox's review server. Whatever a test asks for,
// the answer must have the form that openapi.json promises.
import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeDatabase, type Database, database } from "#lib/db/connection.ts";
import type { Role } from "#lib/domain/permission.ts";
import { addAccount, issueToken } from "#lib/web/accounts.ts";
import { services } from "#lib/web/services.ts";
import { EVENT_STREAM, isSchema, OPERATIONS, refusalsOf } from "#lib/contract/openapi.ts";
import { problem } from "#lib/contract/problem.ts";
import type { z } from "zod";
import { startWorld, type World } from "../../../sandbox/world.ts";
import { testDatabase } from "../../support/database.ts";

const ROOT = join(import.meta.dirname, "../..");
const PUBLIC_URL = "https://deploy.example.org";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];
type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

export type ApiRoute = {
  /** As in openapi.json: `/api/jobs/{id}`. */
  path: string;
  handlers: Map<Method, Handler>;
};

export type Call = {
  method?: Method;
  /** Role of who asks; null asks without credentials. */
  as?: Role | null;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  rawBody?: BodyInit;
  headers?: Record<string, string>;
};

export type Api = {
  url: string;
  db: Database;
  world: World;
  routes: readonly ApiRoute[];
  call(path: string, call?: Call): Promise<Response>;
  /** The answer to a request that must be accepted. */
  ask<T>(schema: { parse(value: unknown): T }, path: string, call?: Call): Promise<T>;
  /** The problem document of a request that must be refused. */
  refused(path: string, call?: Call): Promise<z.infer<typeof problem>>;
};

/** Once a process, because the settings are the process's own. @param clean `after` of the file. */
export async function startApi(clean: (clean: () => Promise<void>) => void): Promise<Api> {
  const directory = mkdtempSync(join(tmpdir(), "api-"));
  const own = await testDatabase();
  const world = await startWorld({ directory: join(directory, "world"), speed: 200 });
  Object.assign(process.env, {
    DATABASE_URL: own.url,
    GERRIT_URL: world.gerritUrl,
    SESSION_SECRET: "a secret of the tests, long enough to sign with",
    PUBLIC_URL,
    LOG_LEVEL: "error",
  });
  clean(async () => {
    await services().live.close();
    await closeDatabase(database());
    await own.close();
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const routes = await loadRoutes();
  const tokens = new Map<Role, string>();
  for (const role of ["viewer", "deployer", "admin"] as const) {
    await addAccount({ name: role, role, password: "correct horse battery" });
    tokens.set(role, await issueToken({ account: role, name: "tests", days: 1 }));
  }

  async function call(path: string, given: Call = {}): Promise<Response> {
    const url = new URL(path, PUBLIC_URL);
    const found = find(routes, url.pathname);
    if (found === undefined) throw new Error(`there is no route for ${path}`);
    const method = given.method ?? "GET";
    const handler = found.route.handlers.get(method);
    if (handler === undefined) throw new Error(`${found.route.path} takes no ${method}`);
    const body = given.rawBody ?? (given.body === undefined ? undefined : JSON.stringify(given.body));
    const headers = new Headers(given.headers);
    const role = given.as === undefined ? "deployer" : given.as;
    if (role !== null) headers.set("authorization", `Bearer ${tokens.get(role)}`);
    if (given.body !== undefined) headers.set("content-type", "application/json");
    const request = new Request(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body, duplex: "half" }),
    } as RequestInit);
    const answer = await handler(request, { params: Promise.resolve(found.params) });
    await requireDescribed(`${method.toLowerCase()} ${found.route.path}`, answer);
    return answer;
  }

  return {
    url: own.url,
    db: database(),
    world,
    routes,
    call,
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

/** Nothing is missing, nothing is of another type, and nothing is there that is not described. */
async function requireDescribed(what: string, answer: Response): Promise<void> {
  const operation = OPERATIONS.find(({ method, path }) => `${method} ${path}` === what);
  // The document does not describe itself.
  if (operation === undefined) return;
  const type = answer.headers.get("content-type");
  const where = `${what} answers ${answer.status}`;
  if (type === "application/problem+json") {
    const { code } = problem.parse(await answer.clone().json());
    return assert.ok(
      refusalsOf(operation).some((one) => one === code),
      `${where} with ${code}, which is not described`,
    );
  }
  const described = operation.answers[answer.status];
  assert.notEqual(described, undefined, where);
  if (described === null || described === undefined) return assert.equal(answer.body, null, where);
  if (typeof described === "string") return assert.ok(type?.startsWith(described), `${where} as ${type}`);
  if (!isSchema(described)) return assert.ok(type?.startsWith(EVENT_STREAM), `${where} as ${type}`);
  const body: unknown = await answer.clone().json();
  assert.deepEqual(described.parse(body), body, where);
}

async function loadRoutes(): Promise<ApiRoute[]> {
  const files = globSync("app/api/**/route.ts", { cwd: ROOT }).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(join(ROOT, file))) as Partial<Record<Method, Handler>>;
      const handlers = METHODS.flatMap((method) => {
        const handler = module[method];
        return handler === undefined ? [] : [[method, handler] as const];
      });
      const path = file
        .replace(/^app/, "")
        .replace(/\/route\.ts$/, "")
        .replaceAll(/\[(\w+)\]/g, "{$1}");
      return { path, handlers: new Map(handlers) };
    }),
  );
}

function find(routes: readonly ApiRoute[], pathname: string) {
  for (const route of routes) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    const pattern = route.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "([^/]+)");
    const found = new RegExp(`^${pattern}$`).exec(pathname);
    if (found === null) continue;
    const params = Object.fromEntries(
      names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]),
    );
    return { route, params };
  }
  return undefined;
}
