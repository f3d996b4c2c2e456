// The database roles (drizzle/roles.sql): gives them their privileges at every migration, and reports what only an administrator
// of the server can do.
import { readFileSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { DatabaseClient } from "../db/client.ts";
import { MIGRATIONS } from "./migrations.ts";

export const ROLES_FILE = "roles.sql";

export const ROLES = ["spiderpig_web", "spiderpig_worker", "spiderpig_reader", "spiderpig_auditor"] as const;
export type DatabaseRole = (typeof ROLES)[number];

/** What a migration did about the roles. */
type AppliedRoles = {
  created: string[];
  /** A line for each thing that is missing, with the statement for an administrator. */
  missing: string[];
};

export async function applyRoles(client: pg.Client, folder = MIGRATIONS): Promise<AppliedRoles> {
  const before = await missingRoles(client);
  await client.query("begin");
  await client.query(readFileSync(path.join(folder, ROLES_FILE), "utf8"));
  await client.query("commit");
  const after = await missingRoles(client);
  const toCreate = after.map(
    (name) =>
      `role ${name} is missing, and this login may not create it: an administrator runs "create role ${name} nologin;", ` +
      "then migrate again",
  );
  return {
    created: before.filter((name) => !after.includes(name)),
    missing: [...toCreate, ...(await readersWithoutTimeout(client))],
  };
}

async function missingRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name
     from unnest($1::text[]) with ordinality as wanted (name, n)
     where not exists (select from pg_roles where rolname = name)
     order by n`,
    [ROLES],
  );
  return rows.map(({ name }) => name);
}

/** The timeouts of a role do not apply to logins that have been granted it. */
async function readersWithoutTimeout(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select r.rolname as name
     from pg_roles r
     where r.rolcanlogin and not r.rolsuper and r.rolname <> current_user
       and exists (
         select
         from pg_roles reader
         where reader.rolname in ('spiderpig_reader', 'spiderpig_auditor') and pg_has_role(r.oid, reader.oid, 'member'))
       and not exists (
         select
         from pg_db_role_setting s
         where s.setrole = r.oid and array_to_string(s.setconfig, ',') like '%statement_timeout=%')
     order by 1`,
  );
  return rows.map(
    ({ name }) =>
      `login ${name} reads the history without a timeout: an administrator runs ` +
      `"alter role ${name} set statement_timeout = '5min';"`,
  );
}

/** The same URL, with only the privileges of a role. The login must be allowed to set the role. */
export function asRole(databaseUrl: string, role: DatabaseRole): string {
  // Not URL, which refuses several servers.
  const [address = "", query = ""] = databaseUrl.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("options", `-c role=${role}`);
  // URLSearchParams writes a space as +, which psql takes literally.
  return `${address}?${parameters.toString().replaceAll("+", "%20")}`;
}

/** For `npm start`, which has one URL for all of its programs. @returns the URL itself if the login may not set the role. */
export async function asRoleIfPossible(databaseUrl: string, role: DatabaseRole): Promise<string> {
  const client = new DatabaseClient({ connectionString: asRole(databaseUrl, role) });
  try {
    await client.connect();
    return asRole(databaseUrl, role);
  } catch {
    return databaseUrl;
  } finally {
    await client.end().catch(() => undefined);
  }
}
