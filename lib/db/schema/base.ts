// What the tables of schema `spiderpig` share: the schema, its enums and column helpers.
//
// After a change in this folder run `npm run baseline`. Functions, triggers, comments, grants and the history views are
// in the hand-written files of drizzle/ (lib/migrate/repeatable.ts), because drizzle-kit generates none of them.
import { sql } from "drizzle-orm";
import { customType, pgSchema, timestamp } from "drizzle-orm/pg-core";
import * as enums from "../enums.ts";

export const spiderpig = pgSchema("spiderpig");

const tableEnum = <T extends string>({ name, values }: enums.DatabaseEnum<T>) =>
  spiderpig.enum<T, readonly [T, ...T[]]>(name, values);

export const jobState = tableEnum(enums.jobState);
export const outcome = tableEnum(enums.outcome);
export const reached = tableEnum(enums.reached);
export const reasonCode = tableEnum(enums.reasonCode);
export const interactionKind = tableEnum(enums.interactionKind);
export const interactionState = tableEnum(enums.interactionState);
export const deliveryState = tableEnum(enums.deliveryState);
export const signalKind = tableEnum(enums.signalKind);

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
export const timestamptz = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Literals for CHECKs and partial indexes; the values come from lib/domain, never from user input. */
export const literals = (values: readonly string[]) =>
  sql.raw(values.map((value) => `'${value}'`).join(", "));
