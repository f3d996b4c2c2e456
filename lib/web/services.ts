// The services that route handlers and pages use, created once per process. They live on globalThis, because Next loads
// route handlers, pages and instrumentation as separate module instances.
import { config, requireSetting } from "../config.ts";
import { type Database, database } from "../db/connection.ts";
import { createGerrit, type Gerrit } from "../gerrit/client.ts";
import type { Policy } from "../domain/policy.ts";
import { createLog, type Log } from "../log.ts";
import type { Operations } from "../operations/operations.ts";
import { openSiteOperations, readKinds } from "../operations/site-operations.ts";
import { kindsIn, loadPolicy } from "../policy-file.ts";
import { createLive, type Live } from "./live/live.ts";
import { createStreamLimit, type StreamLimit } from "./live/stream-limit.ts";

export type Services = {
  db: Database;
  gerrit: Gerrit;
  gerritUrl: string;
  operations: Operations;
  policy: Policy;
  /** Of POLICY_FILE; undefined without one. */
  policyDigest: string | undefined;
  live: Live;
  streamLimit: StreamLimit;
  /** An office may have one address. */
  addressStreamLimit: StreamLimit;
  log: Log;
};

/** Who may have all of their streams open at the same time. */
const USERS_PER_ADDRESS = 20;

const KEY = Symbol.for("spiderpig.services");
type Holder = { [KEY]?: Services };

export function services(): Services {
  const holder = globalThis as Holder;
  holder[KEY] ??= createServices();
  return holder[KEY];
}

function createServices(): Services {
  const log = createLog("web");
  const db = database();
  const { operationsFile, policyFile } = config();
  const { policy, digest: policyDigest } = loadPolicy(policyFile, readKinds(operationsFile));
  const operations = openSiteOperations(operationsFile, { log, required: kindsIn(policy) });
  const gerritUrl = requireSetting(config().gerritUrl, "GERRIT_URL");
  return {
    db,
    gerrit: createGerrit(gerritUrl, log),
    gerritUrl,
    operations,
    policy,
    policyDigest,
    live: createLive({
      db,
      databaseUrl: requireSetting(config().databaseUrl, "DATABASE_URL"),
      log,
      hasErrors: config().errors !== undefined,
    }),
    streamLimit: createStreamLimit(config().streamsPerUser),
    addressStreamLimit: createStreamLimit(config().streamsPerUser * USERS_PER_ADDRESS),
    log,
  };
}
