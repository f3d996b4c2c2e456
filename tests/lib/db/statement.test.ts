// The declared columns of every statement match those that PostgreSQL describes: the same names, compatible types, and null
// wherever a table permits it.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { type Column, type Statement, STATEMENTS } from "#lib/db/statement.ts";
import { schemaWorld } from "./schema-world.ts";

const FOLDER = path.join(import.meta.dirname, "../../../lib/db");
let opened: pg.Client | undefined;
// Registered first, because schemaWorld drops the database.
after(() => opened?.end());
const { url } = await schemaWorld();
const connection = new pg.Client({ connectionString: url });
opened = connection;
await connection.connect();
// So that PostgreSQL qualifies types of other schemas.
await connection.query("set search_path to pg_catalog");

for (const file of globSync("*.ts", { cwd: FOLDER })) await import(path.join(FOLDER, file));

type Described = { name: string; sqlType: string; isNullable: boolean | null };
type Field = { name: string; dataTypeID: number; tableID: number; columnID: number };

test("every statement that returns rows is declared, so that it is compared", () => {
  assert.ok(STATEMENTS.length > 50, `only ${STATEMENTS.length} were declared`);
  const undeclared = globSync("*.ts", { cwd: FOLDER })
    // They make the connections that a statement needs.
    .filter((file) => file !== "connection.ts" && file !== "client.ts")
    .filter((file) =>
      /\b(query|search|execute)<(?!RowOf)/.test(readFileSync(path.join(FOLDER, file), "utf8")),
    );
  assert.deepEqual(undeclared, []);
});

for (const statement of STATEMENTS) {
  test(`PostgreSQL returns the declared columns: ${titleOf(statement)}`, async () => {
    const described = await describe(statement.text);

    assert.deepEqual(
      Object.fromEntries(described.map(({ name, sqlType }) => [name, sqlType])),
      Object.fromEntries(Object.entries(statement.columns).map(([name, { sqlType }]) => [name, sqlType])),
    );
    const undeclaredNulls = described.filter(
      ({ name, isNullable }) => isNullable === true && !permitsNull(statement.columns[name]),
    );
    assert.deepEqual(
      undeclaredNulls.map(({ name }) => name),
      [],
      "the table permits null in these columns, the declaration does not",
    );
  });
}

function permitsNull(column: Column | undefined): boolean {
  return column !== undefined && (column.isNullable || column.excludesNull === true);
}

function titleOf({ columns, text }: Statement): string {
  const [, table = "no table"] = /\b(?:from|update|insert into)\s+((?:spiderpig|auth)\.\w+)/.exec(text) ?? [];
  return `${Object.keys(columns).join(", ")} (${table})`;
}

/** Describes a statement's columns without executing it. `isNullable` is null for an expression. */
async function describe(text: string): Promise<Described[]> {
  const fields = await new Promise<Field[]>((resolve, reject) => {
    let found: Field[] = [];
    // pg accepts any object with these methods for a query.
    connection.query({
      submit(protocol: pg.Connection) {
        protocol.parse({ name: "", text, types: [] }, true);
        protocol.describe({ type: "S", name: "" }, true);
        protocol.sync();
      },
      handleRowDescription(message: { fields: Field[] }) {
        found = message.fields;
      },
      handleError: reject,
      handleReadyForQuery: () => resolve(found),
    } as unknown as pg.Submittable);
  });
  const { rows } = await connection.query<Described>(
    `select f.name, format_type(f.type, null) as "sqlType", not a.attnotnull as "isNullable"
     from unnest($1::text[], $2::oid[], $3::oid[], $4::integer[]) with ordinality
       as f (name, type, "table", "column", position)
     left join pg_attribute a on a.attrelid = f."table" and a.attnum = f."column"
     order by f.position`,
    [
      fields.map(({ name }) => name),
      fields.map(({ dataTypeID }) => dataTypeID),
      fields.map(({ tableID }) => tableID),
      fields.map(({ columnID }) => columnID),
    ],
  );
  return rows;
}
