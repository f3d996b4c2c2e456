// Turns any error into a response. One that is not a refusal is a bug: it is logged with an id, and the response has only the id.
import { randomUUID } from "node:crypto";
import { databaseUnavailable, isInvalidValue, isUnreachable } from "../db/connection.ts";
import { constraintRefusal } from "../db/constraints.ts";
import { AppError } from "../errors.ts";
import { refusalResponse } from "./problem.ts";
import { services } from "./services.ts";

export function problemResponse(error: unknown): Response {
  return refusalResponse(toRefusal(error));
}

function toRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isUnreachable(error)) return databaseUnavailable(error);
  const violation = constraintRefusal(error);
  if (violation !== undefined) return violation;
  if (isInvalidValue(error)) {
    return new AppError("invalid_request", {
      detail: "PostgreSQL cannot store or compare one of the values. Nothing was changed.",
      cause: error,
    });
  }
  const id = randomUUID();
  services().log.error("request failed", { errorId: id, error });
  return new AppError("internal", {
    detail: `Running deployments continue. Give an administrator the error id ${id}.`,
    extra: { errorId: id },
    cause: error,
  });
}
