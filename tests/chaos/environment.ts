// The environment of all rounds, created once: a database server, and a template database with accounts and tokens. Each round
// uses a copy.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { closeDatabase, openDatabase } from "#lib/db/connection.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import type { Role } from "#lib/domain/permission.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { openAuth } from "#lib/auth/auth.ts";
import { inDatabase, rowsOf } from "../support/bare-sql.ts";
import { type DatabaseServer, startDatabaseServer } from "./database-server.ts";
import { LANES_MAX } from "./plan.ts";
import { asOperator } from "../support/origin.ts";

export const SESSION_SECRET = "a session secret for chaos rounds, long enough to sign with";
export const SPEED = 100;
/** Each lane has a requester of its own, by which the script that starts scap selects the sandbox. */
export const requesterOf = (lane: number): string => `requester-${lane}`;
export const DEPLOYERS = ["ann", "bob"] as const;
export const ADMIN = "admin";

export type Environment = {
  directory: string;
  server: DatabaseServer;
  tokens: ReadonlyMap<string, string>;
  /** Copies the template database. @returns its URL. */
  createDatabase(name: string): Promise<string>;
  close(): Promise<void>;
};

const TEMPLATE = "template_of_rounds";

/** @param directory an empty directory for all files. */
export async function startEnvironment(
  directory: string,
  options: { hasStandby?: boolean } = {},
): Promise<Environment> {
  mkdirSync(directory, { recursive: true });
  const server = await startDatabaseServer(join(directory, "postgres"), options);
  await rowsOf(server.url, `create database ${TEMPLATE} template template0`);
  const templateUrl = inDatabase(server.url, TEMPLATE);
  await migrate(templateUrl);
  const tokens = await createAccounts(templateUrl);
  return {
    directory,
    server,
    tokens,
    async createDatabase(name) {
      await rowsOf(server.url, `create database ${name} template ${TEMPLATE}`);
      return inDatabase(server.clientUrl, name);
    },
    close: () => server.end(),
  };
}

async function createAccounts(databaseUrl: string): Promise<Map<string, string>> {
  const db = openDatabase(databaseUrl, "chaos");
  try {
    const auth = openAuth({
      database: db,
      secret: SESSION_SECRET,
      publicUrl: "http://127.0.0.1",
      demoAccounts: false,
    });
    const requesters = Array.from({ length: LANES_MAX }, (_, lane) => requesterOf(lane));
    const tokens = new Map<string, string>();
    for (const name of [...DEPLOYERS, ...requesters, ADMIN]) {
      const role: Role = name === ADMIN ? "admin" : "deployer";
      await addAccount(asOperator(auth.settings.database), {
        name,
        role,
        password: "not used for signing in",
      });
      tokens.set(
        name,
        (
          await issueToken(asOperator(auth.settings.database), {
            account: name,
            name: "chaos",
            scope: "admin",
            days: 1,
          })
        ).token,
      );
    }
    return tokens;
  } finally {
    await closeDatabase(db);
  }
}
