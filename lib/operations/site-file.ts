// OPERATIONS_FILE: the operations that a site adds, in YAML. docs/operations.md describes it. Everything that is wrong in it is
// reported at once, each with its line, and the process does not start.
import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { ConfigError } from "../config.ts";
import { DEFAULT_LANE, LANE_PATTERN } from "../domain/job.ts";
import { EVIDENCE_RULES, KIND_PATTERN } from "../domain/operation.ts";
import { placeholdersIn } from "./command.ts";
import type { ArgumentTemplate, Operation } from "./operation.ts";
import { BUILT_IN } from "./operations.ts";
import { type Parameter, wholeText } from "./parameter.ts";

const line = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\n\r\0]*$/, "It must be one line.");
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

/** @throws ConfigError with one line for each issue. */
export function readSiteOperations(path: string | undefined): Operation[] {
  if (path === undefined) return [];
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError([
      `OPERATIONS_FILE: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  return parseSiteOperations(text, path);
}

/** @param path for messages. @throws ConfigError with one line for each issue. */
export function parseSiteOperations(text: string, path: string): Operation[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const [summary = ""] = syntax.message.split("\n");
    throw new ConfigError([`OPERATIONS_FILE: ${path}: ${summary.replace(/:$/, "")}`]);
  }
  const parsed = file.safeParse(document.toJS());
  const issues = parsed.success
    ? Object.entries(parsed.data.operations).flatMap(([kind, entry]) => issuesOf(kind, entry))
    : parsed.error.issues.flatMap(flat);
  if (!parsed.success || issues.length > 0) {
    throw new ConfigError(
      issues.map(({ path: at, message }) => {
        const where = at.length === 0 ? "" : `${at.map(String).join(".")}: `;
        return `OPERATIONS_FILE: ${path}:${lineOf(document, lines, at)}: ${where}${message}`;
      }),
    );
  }
  return Object.entries(parsed.data.operations).map(([kind, entry]) => toOperation(kind, entry));
}

/** Names the key that does not exist, not the object that contains it. */
function flat(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: "This key does not exist." }));
}

/** The line of the key or list item, or of what should contain it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const node = isMap(parent)
      ? parent.items.find(({ key }) => String(key) === String(path[depth - 1]))?.key
      : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** Fields of a request, and what every object has: a value that was left out would be found there. */
function isReserved(name: string): boolean {
  return ["kind", "lane"].includes(name) || name in Object.prototype;
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
  return found;
}

function parameterIssues({ parameters }: Entry, at: (...path: PropertyKey[]) => PropertyKey[]): Issue[] {
  return Object.entries(parameters).flatMap(([name, one]) => {
    const found: Issue[] = [];
    const path = at("parameters", name);
    if (isReserved(name)) found.push({ path, message: "This name is reserved." });
    if ((one.type === "changes") !== (name === "changes")) {
      found.push({ path, message: "A list of changes is named changes, and nothing else is." });
    }
    if (one.type === "text" && one.pattern !== undefined && !isPattern(one.pattern)) {
      found.push({ path: [...path, "pattern"], message: "This is not a regular expression." });
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

function isPattern(pattern: string): boolean {
  try {
    wholeText(pattern);
    return true;
  } catch {
    return false;
  }
}

function toOperation(kind: string, { parameters, estimateKey = kind, ...entry }: Entry): Operation {
  return {
    ...entry,
    kind,
    estimateKey,
    parameters: Object.entries(parameters).map(([name, one]): Parameter => ({ name, ...one })),
  };
}
