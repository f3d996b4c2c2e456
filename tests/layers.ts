// The tables of tests/architecture.test.ts: which folder may import which, and which folders may import a library.

/** Programs. Code below tests/ may import all of them, and none of them may import it. */
export const SOURCES = [
  "bench",
  "app",
  "web",
  "lib",
  "worker",
  "holder",
  "sandbox",
  "scripts",
  "drizzle",
  "admin",
  "instrumentation.ts",
];

const CONTRACT = ["lib", "lib/domain", "lib/contract"];

/** Folder → folders that it may import besides itself. The longest matching folder decides. */
export const MAY_IMPORT: Record<string, readonly string[]> = {
  "lib/domain": [],
  "lib/contract": ["lib", "lib/domain"],
  lib: ["lib/domain"],
  "lib/operations": ["lib", "lib/domain"],
  "lib/metrics": ["lib"],
  "lib/gerrit": CONTRACT,
  "lib/db": [...CONTRACT, "lib/metrics"],
  "lib/queue": ["lib", "lib/db"],
  "lib/error-rate": ["lib", "lib/domain", "lib/db"],
  "lib/notify": ["lib", "lib/domain", "lib/db", "lib/queue"],
  "lib/migrate": ["lib/db", "lib/notify", "lib/queue"],
  "lib/actions": [...CONTRACT, "lib/db", "lib/queue", "lib/gerrit", "lib/notify", "lib/operations"],
  "lib/auth": ["lib", "lib/domain", "lib/db"],
  "lib/web": [
    ...CONTRACT,
    "lib/metrics",
    "lib/db",
    "lib/gerrit",
    "lib/operations",
    "lib/actions",
    "lib/error-rate",
    "lib/notify",
    "lib/auth",
  ],
  app: [...CONTRACT, "lib/auth", "lib/web", "app/ui", "app/text", "app/client", "app/features"],
  "app/api": [...CONTRACT, "lib/metrics", "lib/db", "lib/actions", "lib/notify", "lib/auth", "lib/web"],
  "app/text": ["lib/domain", "lib/contract"],
  "app/client": ["lib/domain", "lib/contract", "lib/auth"],
  "app/ui": ["lib/domain", "lib/contract", "app/client", "app/text"],
  // A feature may use another, as long as that one does not use it: no cycle between folders.
  "app/features": ["lib/domain", "lib/contract", "app/client", "app/text", "app/ui"],
  worker: [
    ...CONTRACT,
    "lib/metrics",
    "lib/db",
    "lib/queue",
    "lib/migrate",
    "lib/gerrit",
    "holder/client",
    "holder/protocol",
    "worker/prompt",
    "worker/output",
    "worker/terminal",
  ],
  "worker/output": ["lib/domain", "lib/contract", "worker/prompt"],
  "worker/prompt": ["lib/domain", "holder/protocol", "worker/terminal"],
  "worker/terminal": [],
  "holder/protocol": [],
  "holder/client": ["holder/protocol"],
  "holder/program": ["holder/protocol"],
  sandbox: [],
  web: ["lib", "lib/metrics", "lib/operations", "lib/db", "lib/domain", "lib/migrate", "lib/web"],
  admin: [
    "lib",
    "lib/actions",
    "lib/contract",
    "lib/domain",
    "lib/db",
    "lib/error-rate",
    "lib/migrate",
    "lib/auth",
    "lib/operations",
    "holder/client",
  ],
  drizzle: ["scripts"],
  scripts: ["lib", "lib/domain", "lib/migrate", "sandbox"],
  "instrumentation.ts": ["lib/web"],
  bench: [
    "lib",
    "lib/contract",
    "lib/db",
    "lib/domain",
    "lib/migrate",
    "lib/web",
    "holder/client",
    "holder/protocol",
    "worker/prompt",
    "worker/terminal",
    "scripts",
  ],
};

/** Folders below tests/ that do not mirror a folder of the program: helpers, and end-to-end tests. */
export const TEST_ROOMS = ["support", "seed", "fixtures", "e2e", "http", "chaos", "soak"];

/** Folder of tests → folders of tests whose helpers it uses, besides tests/support, tests/seed and its own. */
export const SHARED_HELPERS: Record<string, readonly string[]> = {
  "tests/app": ["tests/lib/domain", "tests/worker/prompt"],
  "tests/chaos": ["tests/lib/web", "tests/worker"],
  "tests/e2e": ["tests/lib/notify"],
  "tests/holder": ["tests/soak"],
  "tests/http": ["tests/chaos", "tests/lib/gerrit"],
  "tests/lib/actions": ["tests/lib/gerrit"],
  "tests/lib/db": ["tests/lib/notify"],
  "tests/lib/gerrit": ["tests/sandbox"],
  "tests/lib/web": ["tests/lib/auth", "tests/lib/notify"],
  "tests/worker": ["tests/holder", "tests/lib/notify", "tests/soak"],
  "tests/worker/prompt": ["tests/holder", "tests/sandbox"],
  "tests/worker/terminal": ["tests/chaos"],
};

/** Library → the only folders of the program that may import it. */
export const HOMES: Record<string, readonly string[]> = {
  pg: ["lib/db", "lib/migrate", "bench/history"],
  "drizzle-orm": ["lib/db"],
  "pg-boss": ["lib/queue"],
  "node-pty": ["holder/program"],
  koffi: ["holder/program", "sandbox"],
  "@simplewebauthn/server": ["lib/auth"],
  "better-auth": ["lib/auth", "lib/db"],
  next: ["app", "lib/auth", "web"],
  react: ["app", "lib/auth"],
  pino: ["lib"],
  "prom-client": ["lib/metrics"],
  "openid-client": ["lib/auth/oidc"],
  jose: ["lib/auth/oidc"],
  "oidc-provider": ["sandbox/sso"],
};

/**
 * Things with state are closures, and classes are errors. These files still have other classes; do not add to them.
 * connection.ts is here for good: pg takes a class.
 */
export const FILES_WITH_CLASSES: readonly string[] = ["lib/db/client.ts"];

/**
 * An absent value is undefined in code, and null in rows, documents, requests, responses and React. In these files a function
 * returns null or a variable starts with it, because its value goes there or comes from there.
 */
export const FILES_WITH_NULL: Record<string, "row" | "DOM"> = {
  "app/features/deploy/search-results.tsx": "DOM",
  "app/features/log/ansi.ts": "DOM",
  "app/features/question/shown-question.ts": "row",
  "app/ui/use-local-storage.ts": "DOM",
  "app/ui/use-restored-focus.ts": "DOM",
  "lib/db/error-rates.ts": "row",
  "lib/domain/decision.ts": "row",
  "lib/domain/outcome.ts": "row",
  "lib/domain/train-files.ts": "row",
  "lib/gerrit/change-info.ts": "row",
  "lib/web/error-loaders.ts": "row",
  "lib/web/idempotency.ts": "DOM",
  "worker/output/progress.ts": "row",
  "worker/terminal/state.ts": "row",
};
