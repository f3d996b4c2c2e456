// Two actions at the same time, in both orders.
import { AppError } from "#lib/errors.ts";

/** The codes of the refusals, and `ok` for what was done. Another error fails the test. */
export const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => {
    if (result.status === "fulfilled") return "ok";
    if (result.reason instanceof AppError) return result.reason.code;
    throw result.reason;
  });
/** Runs both concurrently, alternating which starts first. @returns the results of `one` and `two`. */
export async function both(round: number, one: () => Promise<unknown>, two: () => Promise<unknown>) {
  if (round % 2 === 0) return Promise.allSettled([one(), two()]);
  const [second, first] = await Promise.allSettled([two(), one()]);
  return [first, second] as const;
}
