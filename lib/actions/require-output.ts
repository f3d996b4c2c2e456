// Refuses a request for output that the retention policy has removed, so that it is never shown as an empty log.
import { AppError } from "../errors.ts";

/** @throws AppError output_removed. */
export function requireOutput(removedAt: Date | string | null): void {
  if (removedAt === null) return;
  const at = new Date(removedAt).toISOString();
  throw new AppError("output_removed", {
    detail: `That was on ${at.slice(0, 10)}. Its questions, answers, phases and events are still available.`,
    extra: { outputRemovedAt: at },
  });
}
