// Output that the retention rule has removed is refused by one word everywhere, and never shown as an empty log.
import { AppError } from "../errors.ts";

/** @throws AppError output_removed. */
export function requireOutput(removedAt: Date | string | null): void {
  if (removedAt === null) return;
  const at = new Date(removedAt).toISOString();
  throw new AppError("output_removed", {
    detail: `That was on ${at.slice(0, 10)}. Its questions, answers, phases and events are still there.`,
    extra: { outputRemovedAt: at },
  });
}
