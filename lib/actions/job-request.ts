// The request for a new job: finds its operation, checks its parameters, and resolves its changes in Gerrit.
import { z } from "zod";
import { parseChangeReference } from "../domain/change-reference.ts";
import type { OperationValues } from "../domain/operation.ts";
import { startRefusal, type User } from "../domain/permission.ts";
import type { Policy } from "../domain/policy.ts";
import { AppError, type FieldError } from "../errors.ts";
import type { Gerrit, GerritChange } from "../gerrit/client.ts";
import { type Operation, revisionOf } from "../operations/operation.ts";
import type { Operations } from "../operations/operations.ts";
import { formOf } from "../operations/parameter.ts";
import { parse } from "../parse.ts";
import { type CreateJobRequest, jobRequestFields } from "../contract/job-request.ts";
import { resolveChanges } from "./resolve-changes.ts";

type Common = { lane?: string; operationRevision?: string };

export type JobRequest = {
  operation: Operation;
  lane: string;
  /** As they were entered. */
  values: OperationValues;
  /** The name of the parameter that has the changes, and its entries. */
  changes: { field: string; entries: readonly string[] } | undefined;
};

/** @throws AppError operation_not_found, not_permitted, invalid_request. */
export function findOperation(
  { operations, policy }: { operations: Operations; policy: Policy },
  user: User,
  request: CreateJobRequest,
): Operation {
  const operation = operations.find(request.kind);
  if (operation === undefined) throw unknownOperation(request, operations);
  const refusal = startRefusal(policy, user, operation);
  if (refusal !== undefined) {
    throw new AppError("not_permitted", {
      detail:
        refusal === "role"
          ? `${operation.name} requires the role ${operation.role}.`
          : `The policy of this installation permits ${operation.name} only to other people.`,
    });
  }
  return operation;
}

/** Whether the person confirmed an earlier definition of the operation, for example with another command. */
export function isOutdated(operation: Operation, { operationRevision }: CreateJobRequest): boolean {
  return typeof operationRevision === "string" && operationRevision !== revisionOf(operation);
}

/** @throws AppError invalid_request. */
export function readJobRequest(operation: Operation, request: CreateJobRequest): JobRequest {
  const { kind: _, ...entered } = request;
  const { kind: __, ...common } = jobRequestFields;
  const form = formOf(operation.parameters).extend(common);
  const { lane, operationRevision: ___, ...values } = parse(form, entered) as OperationValues & Common;
  const field = operation.parameters.find(({ type }) => type === "changes")?.name;
  const entries = field === undefined ? undefined : values[field];
  return {
    operation,
    lane: lane ?? operation.lane,
    values,
    changes: field === undefined || !Array.isArray(entries) ? undefined : { field, entries },
  };
}

/** A request that is malformed as well gets one refusal that names both. @throws AppError invalid_request. */
function unknownOperation(request: CreateJobRequest, operations: Operations): AppError {
  const known = operations.list().map((one) => one.kind);
  if (!z.looseObject(jobRequestFields).safeParse(request).success) {
    parse(z.looseObject({ ...jobRequestFields, kind: z.enum(known) }), request);
  }
  return new AppError("operation_not_found", {
    detail: `Nothing was queued. The operations are ${known.join(", ")}.`,
    extra: { errors: [{ field: "kind", detail: `Expected one of ${known.join(", ")}.` }] },
  });
}

/**
 * The parameters with the numbers of the changes, and the changes.
 * @throws AppError changes_refused (with every bad entry), gerrit_….
 */
export async function resolveRequest(
  { gerrit, gerritUrl }: { gerrit: Gerrit; gerritUrl: string },
  { operation, values, changes: entered }: JobRequest,
): Promise<{ values: OperationValues; changes: GerritChange[] }> {
  if (entered === undefined) return { values, changes: [] };
  const { field, entries } = entered;
  const { changes, refused } = await resolveChanges(gerrit, gerritUrl, entries, operation.changesMustBe);
  if (refused.length > 0) {
    throw new AppError("changes_refused", {
      detail: "Nothing was queued.",
      extra: {
        refused,
        errors: refused.map(({ input, reason }) => fieldError(field, entries, input, reason)),
      },
    });
  }
  return { values: { ...values, [field]: changes.map(({ number }) => String(number)) }, changes };
}

/** The parameters with the numbers of the changes, if the entries are valid, without a request to Gerrit. */
export function enteredValues({ values, changes }: JobRequest, gerritUrl: string): OperationValues {
  if (changes === undefined) return values;
  const numbers = changes.entries.map((entry) => {
    const reference = parseChangeReference(entry, gerritUrl);
    return reference.ok ? String(reference.number) : "";
  });
  return { ...values, [changes.field]: numbers };
}

/** Names the last entry with this text: of a duplicate, the first one is not the reason. */
function fieldError(field: string, entries: readonly string[], input: string, detail: string): FieldError {
  return { field: `${field}.${entries.lastIndexOf(input)}`, detail };
}
