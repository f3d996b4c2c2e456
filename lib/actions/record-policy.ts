// Records in the audit that the policy has changed. Called by every web process when it starts.
import { appendAuditEvent, findLastPolicyDigest, lockPolicyRecord } from "../db/audit.ts";
import { type Database, transaction } from "../db/connection.ts";

/** @param digest of the file; undefined without a policy. Does nothing if it is the one that was recorded last. */
export async function recordPolicy(
  db: Database,
  { version, digest }: { version: string; digest: string | undefined },
): Promise<void> {
  await transaction(db, async (tx) => {
    // Of several processes that start at the same time, one records it.
    await lockPolicyRecord(tx);
    const last = await findLastPolicyDigest(tx);
    if (last === digest) return;
    await appendAuditEvent(
      tx,
      { channel: "system" },
      {
        kind: "policy_changed",
        details: { version, digest: digest ?? null },
      },
    );
  });
}
