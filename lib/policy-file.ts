// Reads POLICY_FILE: JSON that is validated when a process starts. A wrong file refuses the start, and the message names the
// place, so that a policy cannot be off without notice.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigError } from "./config.ts";
import { REACHES } from "./domain/job.ts";
import { ROLES } from "./domain/permission.ts";
import { NO_POLICY, type Policy } from "./domain/policy.ts";

const NAME = "POLICY_FILE";

const admitted = {
  roles: z.array(z.enum(ROLES)).default([]),
  people: z.array(z.string().min(1).max(100)).default([]),
};
const admittedObject = z
  .strictObject(admitted)
  .refine(({ roles, people }) => roles.length + people.length > 0, "must name roles or people");
const questions = {
  operations: z.array(z.string()).default([]),
  stages: z.array(z.enum(REACHES)).default([]),
};

const policyFile = z.strictObject({
  version: z.string().min(1).max(100),
  fourEyes: z.array(z.strictObject(questions)).default([]),
  operations: z.record(z.string(), admittedObject).default({}),
  answers: z
    .array(
      z
        .strictObject({ ...questions, ...admitted })
        .refine(({ roles, people }) => roles.length + people.length > 0, "must name roles or people"),
    )
    .default([]),
  errorRate: z.array(z.strictObject({ ...questions, above: z.number().nonnegative() })).default([]),
  breakGlass: z.strictObject(admitted).default({ roles: [], people: [] }),
});

export type LoadedPolicy = {
  policy: Policy;
  /** Of the file; undefined without one. */
  digest: string | undefined;
};

/** @param kinds the operations of this installation. @throws ConfigError with one line for each place that is wrong. */
export function loadPolicy(file: string | undefined, kinds: readonly string[]): LoadedPolicy {
  if (file === undefined) return { policy: NO_POLICY, digest: undefined };
  const text = readText(file);
  const parsed = policyFile.safeParse(parseJson(file, text));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${NAME}: ${file}: ${placeOf(path)}: ${message}`),
    );
  }
  const policy = parsed.data;
  const unknown = operationsIn(policy).filter(({ kind }) => !kinds.includes(kind));
  if (unknown.length > 0) {
    throw new ConfigError(
      unknown.map(
        ({ place, kind }) =>
          `${NAME}: ${file}: ${place}: there is no operation "${kind}". The operations are ${kinds.join(", ")}.`,
      ),
    );
  }
  return { policy, digest: createHash("sha256").update(text).digest("hex") };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError([
      `${NAME}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([
      `${NAME}: ${file}: is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

/** "fourEyes[0].stages[1]" */
function placeOf(path: readonly PropertyKey[]): string {
  const text = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  return text === "" ? "the file" : text;
}

/** The operations that it names. */
export function kindsIn(policy: Policy): string[] {
  return [...new Set(operationsIn(policy).map(({ kind }) => kind))];
}

function operationsIn({
  fourEyes,
  operations,
  answers,
  errorRate,
}: Policy): { place: string; kind: string }[] {
  const ofQuestions = (name: string, rules: Policy["fourEyes"]) =>
    rules.flatMap((rule, index) =>
      rule.operations.map((kind, at) => ({ place: `${name}[${index}].operations[${at}]`, kind })),
    );
  return [
    ...ofQuestions("fourEyes", fourEyes),
    ...ofQuestions("answers", answers),
    ...ofQuestions("errorRate", errorRate),
    ...Object.keys(operations).map((kind) => ({ place: `operations.${kind}`, kind })),
  ];
}
