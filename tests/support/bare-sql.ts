// Runs one statement on its own connection to any server, without the project's code: for tests that create, inspect and
// drop databases.
import pg from "pg";

export async function rowsOf(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The same servers and account, another database. Not by URL, which refuses several servers. */
export function inDatabase(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/?]*)\/?[^?]*/, `$1/${name}`);
}
