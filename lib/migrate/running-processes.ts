// Which processes of SpiderPig are connected to a database now, as the database reports them: so that a migration that
// they do not support can name those that have to be stopped first.
import os from "node:os";
import type pg from "pg";

/** PostgreSQL keeps no more of a name. */
const NAME_BYTES_MAX = 63;

/** What a process calls the one connection that it always has. */
export function processName(kind: "web" | "worker", host = os.hostname()): string {
  return `spiderpig ${kind} ${process.pid} on ${host}`.slice(0, NAME_BYTES_MAX);
}

type Session = { name: string; address: string; since: Date | null };

/**
 * A line a process. A connection without a process's name (of an earlier version, of a process that is just starting)
 * counts when nothing at its address has one.
 */
export async function listRunningProcesses(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<Session>(
    `select application_name as name, coalesce(host(client_addr), 'this host') as address,
            min(backend_start) as since
     from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
       and application_name like 'spiderpig%' and application_name <> 'spiderpig migrate'
     group by 1, 2
     order by 3`,
  );
  const named = rows.filter(({ name }) => / \d+ on /.test(name));
  const addresses = new Set(named.map(({ address }) => address));
  const unnamed = rows.filter(({ name, address }) => !/ \d+ on /.test(name) && !addresses.has(address));
  return [...named, ...unnamed].map(
    ({ name, address, since }) =>
      `${describe(name)} (${address})${since === null ? "" : `, since ${since.toISOString()}`}`,
  );
}

function describe(name: string): string {
  const [, kind, pid, host] = /^spiderpig (\w+) (\d+) on (.*)$/.exec(name) ?? [];
  return kind === undefined ? `a program called "${name}"` : `${kind} on ${host}, process ${pid}`;
}
