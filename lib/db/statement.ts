// SQL statements that return rows, each with a declaration of its columns. The type of a row is derived from the
// declaration, and tests/lib/db/statement.test.ts asks PostgreSQL for the columns of every statement and compares: a
// renamed column, another type or a forgotten null fails there, not in production.
import { type Database, query, type Transaction } from "./connection.ts";
import type { DatabaseEnum } from "./enums.ts";

export type Column<T = unknown> = {
  /** As PostgreSQL prints it. */
  sqlType: string;
  isNullable: boolean;
  /** The table permits null, but the statement excludes it. */
  excludesNull?: true;
  /** Only its type matters: what JavaScript gets. */
  readonly value?: T;
};

type Columns = Record<string, Column>;
export type RowOf<C extends Columns> = { [Name in keyof C]: NonNullable<C[Name]["value"]> | NullOf<C[Name]> };
type NullOf<C extends Column> = C extends { isNullable: true } ? null : never;

type NotNull<T> = Column<T> & { isNullable: false };
const column = <T>(sqlType: string): NotNull<T> => ({ sqlType, isNullable: false });

export const boolean = column<boolean>("boolean");
export const integer = column<number>("integer");
/** Also for a bigint that stays below 2^53: cast it, because pg returns a bigint as text. */
export const float8 = column<number>("double precision");
export const bytea = column<Buffer>("bytea");
export const timestamptz = column<Date>("timestamp with time zone");
export const uuid = column<string>("uuid");
export const text = column<string>("text");

/** A text that is only ever one of these values. */
export const textOf = <T extends string>(): NotNull<T> => column<T>("text");

export const enumOf = <T extends string>({ name }: DatabaseEnum<T>): NotNull<T> =>
  column<T>(`spiderpig.${name}`);

/** What the document contains is the program's own declaration: PostgreSQL does not know. */
export const json = <T extends object>(): NotNull<T> => column<T>("json");
export const jsonb = <T extends object | boolean | string>(): NotNull<T> => column<T>("jsonb");

export const arrayOf = <T>({ sqlType }: NotNull<T>): NotNull<T[]> => column<T[]>(`${sqlType}[]`);

export const nullable = <T>(of: NotNull<T>): Column<T> & { isNullable: true } => ({
  ...of,
  isNullable: true,
});

/** For a nullable column of a table, where the statement's own condition excludes null. */
export const notNull = <T>(of: NotNull<T>): NotNull<T> => ({ ...of, excludesNull: true });

export type Statement<C extends Columns = Columns> = { readonly columns: C; readonly text: string };

/** All statements declared by the modules that are loaded; the test loads every module of this folder. */
export const STATEMENTS: Statement[] = [];

/** Call it at module level, so that the test finds the statement. */
export function statement<C extends Columns>(columns: C, sql: string): Statement<C> {
  const declared = { columns, text: sql };
  STATEMENTS.push(declared);
  return declared;
}

/** Executes the statement, in the transaction if one is given. @throws AppError database_unreachable. */
export async function rows<C extends Columns>(
  on: Database | Transaction,
  { text: sql }: Statement<C>,
  values: unknown[] = [],
): Promise<RowOf<C>[]> {
  return "execute" in on ? on.execute(sql, values) : query(on, sql, values);
}

export async function firstRow<C extends Columns>(
  on: Database | Transaction,
  of: Statement<C>,
  values: unknown[] = [],
): Promise<RowOf<C> | undefined> {
  const [first] = await rows(on, of, values);
  return first;
}

/** The row of a statement that always returns one, for example an aggregate. */
export async function onlyRow<C extends Columns>(
  on: Database | Transaction,
  of: Statement<C>,
  values: unknown[] = [],
): Promise<RowOf<C>> {
  const [first] = await rows(on, of, values);
  if (first === undefined) throw new Error(`no row was returned by: ${of.text}`);
  return first;
}
