// A secret is nowhere but in the terminal that it was typed into: in no row, no log, no journal, no file of the database.
import type { Database } from "#lib/db/connection.ts";
import { tracesOf } from "../../support/traces.ts";
import type { GivenSecret } from "../people.ts";

export async function checkSecrets(
  secrets: readonly GivenSecret[],
  where: { db: Database; directory: string },
): Promise<string[]> {
  const faults: string[] = [];
  for (const { value, by, interactionId } of secrets) {
    const traces = await tracesOf(where, value);
    if (traces.length > 0)
      faults.push(`the secret that ${by} gave to question ${interactionId} is in ${traces.join(", ")}`);
  }
  return faults;
}
