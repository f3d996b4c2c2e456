// What the server of the database is like, for `npm run doctor`.
import { type Database } from "./connection.ts";
import { boolean, integer, onlyRow, type RowOf, statement, text, timestamptz } from "./statement.ts";

const SERVER = statement(
  {
    /** Of the major version. */
    version: integer,
    versionText: text,
    isStandby: boolean,
    isReadOnly: boolean,
    database: text,
    role: text,
    isSuperuser: boolean,
    ownsTables: boolean,
    connections: integer,
    connectionsMax: integer,
    now: timestamptz,
  },
  `select current_setting('server_version_num')::integer / 10000 as version,
          current_setting('server_version') as "versionText",
          pg_is_in_recovery() as "isStandby",
          current_setting('default_transaction_read_only')::boolean as "isReadOnly",
          current_database()::text as database,
          current_user::text as role,
          (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
          coalesce(pg_has_role((select nspowner from pg_namespace where nspname = 'spiderpig'), 'usage'), false)
            as "ownsTables",
          (select count(*) from pg_stat_activity where backend_type = 'client backend')::integer as connections,
          current_setting('max_connections')::integer
            - current_setting('superuser_reserved_connections')::integer as "connectionsMax",
          clock_timestamp() as now`,
);

export async function describeServer(db: Database): Promise<RowOf<typeof SERVER.columns>> {
  return onlyRow(db, SERVER);
}
