// Validates JSON without a schema library: a deployment starts three scap processes, and loading a library would more than
// double the start of each.

export type Json = Record<string, unknown>;

export function record(value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw new TypeError(`expected an object, found ${JSON.stringify(value)}`);
}

export function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`expected a list, found ${JSON.stringify(value)}`);
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`expected a text, found ${JSON.stringify(value)}`);
}

/** A number, or a string that contains one. */
export function number(value: unknown): number {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof read === "number" && !Number.isNaN(read)) return read;
  throw new TypeError(`expected a number, found ${JSON.stringify(value)}`);
}
