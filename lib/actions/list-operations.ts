// The operations as the HTTP interface and the pages describe them.
import { z } from "zod";
import { maySeeSiteFile, startRefusal, type User } from "../domain/permission.ts";
import type { Policy } from "../domain/policy.ts";
import { type Operation as Definition, revisionOf } from "../operations/operation.ts";
import type { Operations } from "../operations/operations.ts";
import { formOf, type Parameter } from "../operations/parameter.ts";
import type { Operation, OperationList, OperationParameter } from "../contract/operation.ts";

export function listOperations(
  { operations, policy }: { operations: Operations; policy: Policy },
  user: User,
): OperationList {
  return {
    operations: operations
      .list()
      .map((operation) => describe(operation, startRefusal(policy, user, operation) === undefined)),
    fileProblems: maySeeSiteFile(user) ? [...operations.problems()] : [],
  };
}

function describe(operation: Definition, isPermitted: boolean): Operation {
  const { kind, name, description, parameters, role, lane, confirmation, hosts, evidence } = operation;
  return {
    kind,
    revision: revisionOf(operation),
    name,
    description,
    parameters: parameters.map(describeParameter),
    // A copy: the original has a method, which a page cannot be sent.
    form: { ...z.toJSONSchema(formOf(parameters), { io: "input" }) },
    command: [
      ...Object.entries(operation.settings).map(([key, value]) => `-D${key}:${value}`),
      ...operation.command.map((argument) =>
        typeof argument === "string" ? argument : `[${argument.argument}]`,
      ),
    ],
    role,
    isPermitted,
    lane,
    confirmation,
    hosts,
    evidence,
  };
}

function describeParameter(parameter: Parameter): OperationParameter {
  const { name, label, hint, type, isOptional = false } = parameter;
  const options = parameter.type === "choice" ? [...parameter.options] : [];
  const patternHint = (parameter.type === "text" ? parameter.patternHint : undefined) ?? null;
  return { name, label, hint: hint ?? null, type, isOptional, patternHint, options };
}
