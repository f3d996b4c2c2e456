// Helpers of the tests of the schema: a database for each file, and assertions about refusals.
import assert from "node:assert/strict";
import { after } from "node:test";
import pg from "pg";
import { closeDatabase, type Database, openDatabase, query, violatedConstraint } from "#lib/db/connection.ts";
import { testDatabase } from "../../support/database.ts";

export type SchemaWorld = {
  db: Database;
  url: string;
  /** A connection of a role that may only read. */
  asReader: (role?: string) => Promise<pg.Client>;
};

/** A migrated database that is dropped after the file's tests, when all connections to it are closed. */
export async function schemaWorld(): Promise<SchemaWorld> {
  const created = await testDatabase();
  const { url } = created;
  const db = openDatabase(url, "spiderpig test");
  const readers: pg.Client[] = [];
  after(async () => {
    for (const reader of readers) await reader.end();
    await closeDatabase(db);
    await created.close();
  });
  return {
    db,
    url,
    asReader: async (role = "spiderpig_reader") => {
      const reader = new pg.Client({ connectionString: url });
      readers.push(reader);
      await reader.connect();
      await reader.query(`set role ${role}`);
      return reader;
    },
  };
}

/** A forbidden write: the name of the rule and a statement that breaks this rule and no other. */
export type Breach = readonly [rule: string, statement: string, values?: readonly unknown[]];

/** Asserts that the rule with this name rejects the statement. */
export async function refuses(db: Database, [rule, statement, values = []]: Breach): Promise<void> {
  await assert.rejects(
    query(db, statement, [...values]),
    (error) => {
      assert.equal(violatedConstraint(error), rule, `${statement}: ${String(error)}`);
      return true;
    },
    `${rule} accepted this: ${statement}`,
  );
}

/** Names of the rules, sorted, to compare the tested rules with the existing ones. */
export function rulesOf(breaches: readonly Breach[]): string[] {
  return [...new Set(breaches.map(([rule]) => rule))].toSorted();
}
