// The content of OPERATIONS_FILE: the operations that a site adds, in YAML. docs/operations.md describes it. Everything that is wrong
// in it is reported at once, each with its line.
import { z } from "zod";
import { ConfigError } from "../config.ts";
import { DEFAULT_LANE, LANE_PATTERN } from "../domain/job.ts";
import { EVIDENCE_RULES, KIND_PATTERN } from "../domain/operation.ts";
import { textProblem } from "../domain/person-text.ts";
import { placeholdersIn } from "./command.ts";
import type { ArgumentTemplate, Operation } from "./operation.ts";
import { BUILT_IN } from "./operations.ts";
import type { Parameter } from "./parameter.ts";
import { patternProblem } from "./pattern.ts";
import { type Issue as YamlIssue, parseYaml, YamlError } from "./site-yaml.ts";

/** What people see before they confirm must read as it is: no invisible or reordering characters either. */
const line = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const problem = /[\t\r\n]/.test(text) ? "It must be one line." : textProblem(text);
    if (problem !== undefined) context.addIssue(problem);
  });
const label = line.max(60);
const parameterName = z.string().regex(/^[A-Za-z]\w{0,39}$/, "A parameter name has letters, digits and _.");

const common = { label, hint: line.optional(), isOptional: z.boolean().optional() };
const option = z.union([
  line.transform((value) => ({ value, label: value })),
  z.strictObject({ value: line, label }),
]);
const parameter = z.discriminatedUnion("type", [
  z.strictObject({ ...common, type: z.literal("changes") }),
  z.strictObject({ ...common, type: z.literal("choice"), options: z.array(option).min(1) }),
  z.strictObject({
    ...common,
    type: z.literal("text"),
    pattern: line.optional(),
    patternHint: line.optional(),
  }),
  z.strictObject({ ...common, type: z.literal("version") }),
  z.strictObject({ ...common, type: z.literal("boolean") }),
]);

const operation = z.strictObject({
  name: label,
  description: line,
  parameters: z.record(parameterName, parameter).default({}),
  command: z.array(z.union([line, z.strictObject({ if: z.string(), argument: line })])).min(1),
  settings: z.record(z.string().regex(/^\w{1,60}$/), line).default({}),
  role: z.enum(["deployer", "admin"]).default("deployer"),
  lane: z.string().regex(LANE_PATTERN).default(DEFAULT_LANE),
  confirmation: line,
  changesMustBe: z.enum(["deployable", "merged"]).default("deployable"),
  evidence: z.enum(EVIDENCE_RULES),
  completedLabel: label.max(30),
  estimateKey: z.string().regex(KIND_PATTERN).optional(),
  hosts: z.array(line).min(1).nullable().default(null),
});
const file = z.strictObject({ operations: z.record(z.string(), operation) });
type Entry = z.infer<typeof operation>;

type Issue = { path: PropertyKey[]; message: string };

/** More of them do not help, and a file of another kind has thousands. */
const ISSUES_MAX = 20;

/** @param path for messages. @throws ConfigError with one line for each issue. */
export function parseSiteOperations(text: string, path: string): Operation[] {
  try {
    return operationsIn(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const { issues } = error;
    const shown = issues
      .slice(0, ISSUES_MAX)
      .map(({ line: at, message }) => `OPERATIONS_FILE: ${path}:${at}: ${message}`);
    const more = issues.length - shown.length;
    throw new ConfigError(more > 0 ? [...shown, `OPERATIONS_FILE: ${path}: and ${more} more`] : shown);
  }
}

/** @throws YamlError */
function operationsIn(text: string): Operation[] {
  const { value, lineOf } = parseYaml(text);
  const parsed = file.safeParse(value);
  const issues = parsed.success
    ? Object.entries(parsed.data.operations).flatMap(([kind, entry]) => issuesOf(kind, entry))
    : parsed.error.issues.flatMap(flat);
  if (parsed.success && issues.length === 0) {
    return Object.entries(parsed.data.operations).map(([kind, entry]) => toOperation(kind, entry));
  }
  throw new YamlError(
    issues.map(({ path, message }, index): YamlIssue => {
      const place = path.length === 0 ? "" : `${path.map(String).join(".")}: `;
      return { line: index < ISSUES_MAX ? lineOf(path) : 1, message: `${place}${message}` };
    }),
  );
}

/** Names the key that does not exist, not the object that contains it. */
function flat(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: "This key does not exist." }));
}

/** Fields of a request, and what every object has: a value that was left out would be found there. */
function isReserved(name: string): boolean {
  return ["kind", "lane", "operationRevision"].includes(name) || name in Object.prototype;
}

/** What a schema cannot check: names that refer to others. */
function issuesOf(kind: string, entry: Entry): Issue[] {
  const at = (...path: PropertyKey[]) => ["operations", kind, ...path];
  const found: Issue[] = [];
  if (!KIND_PATTERN.test(kind)) {
    found.push({ path: at(), message: "It must have 1 to 40 lower-case letters, digits, - and _." });
  }
  if (BUILT_IN.some((one) => one.kind === kind)) {
    found.push({ path: at(), message: "This name belongs to a built-in operation." });
  }
  found.push(...parameterIssues(entry, at));
  entry.command.forEach((argument, index) =>
    found.push(...argumentIssues(entry, argument, index, at("command", index))),
  );
  for (const [key, value] of Object.entries(entry.settings)) {
    found.push(...placeholderIssues(entry, value, at("settings", key)));
  }
  found.push(...unknownIssues(entry, entry.confirmation, at("confirmation")));
  found.push(...secretIssues(entry, at));
  return found;
}

const SECRET_NAME = /passw|passphrase|secret|token|credential|api_?-?key|private_?-?key/i;

/** Names for which a value would be a secret: everyone who may view a job sees its command and parameters, and the history keeps them. */
function secretIssues(
  { parameters, settings, command }: Entry,
  at: (...path: PropertyKey[]) => PropertyKey[],
): Issue[] {
  const names: [name: string, path: PropertyKey[]][] = [
    ...Object.keys(parameters).map((name): [string, PropertyKey[]] => [name, at("parameters", name)]),
    ...Object.keys(settings).map((name): [string, PropertyKey[]] => [name, at("settings", name)]),
    ...command.map((argument, index): [string, PropertyKey[]] => [
      // The name of an option, without its value.
      /^-[^=:]*/.exec(typeof argument === "string" ? argument : argument.argument)?.[0] ?? "",
      at("command", index),
    ]),
  ];
  return names
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([, path]) => ({
      path,
      message: "Everyone who may view a job sees this value: keep secrets in the configuration of scap.",
    }));
}

function parameterIssues({ parameters }: Entry, at: (...path: PropertyKey[]) => PropertyKey[]): Issue[] {
  return Object.entries(parameters).flatMap(([name, one]) => {
    const found: Issue[] = [];
    const path = at("parameters", name);
    if (isReserved(name)) found.push({ path, message: "This name is reserved." });
    if ((one.type === "changes") !== (name === "changes")) {
      found.push({ path, message: "A list of changes is named changes, and nothing else is." });
    }
    if (one.type === "text" && one.pattern !== undefined) {
      const message = patternProblem(one.pattern);
      if (message !== undefined) found.push({ path: [...path, "pattern"], message });
    }
    return found;
  });
}

function argumentIssues(
  entry: Entry,
  argument: ArgumentTemplate,
  index: number,
  path: PropertyKey[],
): Issue[] {
  if (typeof argument !== "string") {
    if (entry.parameters[argument.if]?.type !== "boolean") {
      return [{ path, message: `${argument.if} is not a parameter of type boolean.` }];
    }
    return placeholdersIn(argument.argument).length === 0
      ? []
      : [{ path, message: "A flag cannot contain a parameter." }];
  }
  if (index === 0 && placeholdersIn(argument).length > 0) {
    return [{ path, message: "The subcommand cannot be a parameter." }];
  }
  return argument === "{changes}"
    ? unknownIssues(entry, argument, path)
    : placeholderIssues(entry, argument, path);
}

/** Of a text that becomes one argument. */
function placeholderIssues(entry: Entry, template: string, path: PropertyKey[]): Issue[] {
  const unfit = placeholdersIn(template).filter((name) =>
    ["changes", "boolean"].includes(entry.parameters[name]?.type ?? ""),
  );
  return [
    ...unknownIssues(entry, template, path),
    ...unfit.map((name) => ({
      path,
      message:
        name === "changes"
          ? "{changes} must be an argument of its own."
          : `{${name}} is a boolean: use { if: ${name}, argument: … }.`,
    })),
  ];
}

function unknownIssues({ parameters }: Entry, template: string, path: PropertyKey[]): Issue[] {
  return placeholdersIn(template)
    .filter((name) => !Object.hasOwn(parameters, name))
    .map((name) => ({ path, message: `{${name}} is not a parameter.` }));
}

function toOperation(kind: string, { parameters, estimateKey = kind, ...entry }: Entry): Operation {
  return {
    ...entry,
    kind,
    estimateKey,
    parameters: Object.entries(parameters).map(([name, one]): Parameter => ({ name, ...one })),
  };
}
