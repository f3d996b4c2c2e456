// What all rounds stand on, made once: a server, a database with accounts and their tokens, and a world of the sandbox.
// Each round gets copies of its own.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { closeDatabase, openDatabase } from "#lib/db/connection.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import type { Role } from "#lib/domain/permission.ts";
import { addAccount, issueToken } from "#lib/web/accounts.ts";
import { openAuth } from "#lib/web/auth.ts";
import { startWorld, type World } from "../../sandbox/world.ts";
import { inDatabase, rowsOf } from "../support/bare-sql.ts";
import { type DatabaseServer, startDatabaseServer } from "./database-server.ts";
import { LANES_MAX } from "./plan.ts";

export const SESSION_SECRET = "a secret of the rounds, long enough to sign with";
export const SPEED = 100;
/** Deployments of a lane are requested under its own name: by it the stand-in for scap finds its world. */
export const requesterOf = (lane: number): string => `requester-${lane}`;
export const DEPLOYERS = ["ann", "bob"] as const;
export const ADMIN = "admin";

export type Ground = {
  directory: string;
  server: DatabaseServer;
  tokens: ReadonlyMap<string, string>;
  /** A database like the template. @returns its address. */
  makeDatabase(name: string): Promise<string>;
  makeWorld(directory: string): Promise<World>;
  close(): Promise<void>;
};

const TEMPLATE = "ground";

/** @param directory empty; everything is below it. */
export async function prepareGround(directory: string): Promise<Ground> {
  mkdirSync(directory, { recursive: true });
  const [server] = await Promise.all([
    startDatabaseServer(join(directory, "postgres")),
    startWorld({ directory: join(directory, "world"), speed: SPEED }).then((world) => world.close()),
  ]);
  // What Node makes of scap's files is kept from world to world.
  mkdirSync(join(directory, "compiled-scap"));
  symlinkSync(join(directory, "compiled-scap"), join(directory, "world", "compiled"));
  await rowsOf(server.url, `create database ${TEMPLATE} template template0`);
  const templateUrl = inDatabase(server.url, TEMPLATE);
  await migrate(templateUrl);
  const tokens = await makeAccounts(templateUrl);
  return {
    directory,
    server,
    tokens,
    async makeDatabase(name) {
      await rowsOf(server.url, `create database ${name} template ${TEMPLATE}`);
      return inDatabase(server.url, name);
    },
    makeWorld(to) {
      execFileSync("cp", ["-a", join(directory, "world"), to]);
      return startWorld({ directory: to, speed: SPEED });
    },
    close: () => server.end(),
  };
}

async function makeAccounts(databaseUrl: string): Promise<Map<string, string>> {
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
      await addAccount({ name, role, password: "nobody signs in here" }, auth);
      tokens.set(name, await issueToken({ account: name, name: "chaos", days: 1 }, auth));
    }
    return tokens;
  } finally {
    await closeDatabase(db);
  }
}
