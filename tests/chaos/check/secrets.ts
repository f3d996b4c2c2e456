// A secret is only in the terminal it was typed into: in no row, log, journal or database file.
import type { Database } from "#lib/db/connection.ts";
import { tracesOf } from "../../worker/traces.ts";
import type { SentSecret } from "../users.ts";

export async function checkSecrets(
  secrets: readonly SentSecret[],
  where: { db: Database; directory: string },
): Promise<string[]> {
  const violations: string[] = [];
  for (const { value, by, interactionId } of secrets) {
    const traces = await tracesOf(where, value);
    if (traces.length > 0) {
      violations.push(`the secret that ${by} gave to question ${interactionId} is in ${traces.join(", ")}`);
    }
  }
  return violations;
}
