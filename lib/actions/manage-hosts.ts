// Which host starts the jobs of a lane, and which hosts start none. A host never takes over a lane by itself: whether scap on the
// other one has really ended is for a person to say (docs/decisions/0016-a-lane-is-bound-to-a-host.md).
import { appendAuditEvent } from "../db/audit.ts";
import { type Database, transaction } from "../db/connection.ts";
import { drainHostRow, isKnownHost, undrainHostRow } from "../db/hosts.ts";
import { listLanesOfHost, switchLaneRow } from "../db/lanes.ts";
import { notify } from "../db/notify.ts";
import type { Origin } from "../domain/audit.ts";
import { AppError } from "../errors.ts";
import { sendDispatch } from "../queue/send.ts";

/** `actor`: the admin; undefined if the operating-system user of a command is not known. */
type Context = { db: Database; origin: Origin; actor: string | undefined };

/** A job that runs continues on its host; the next one starts on this one. @throws AppError host_not_found. */
export async function switchLane(
  { db, origin, actor }: Context,
  { lane, host, reason }: { lane: string; host: string; reason: string },
): Promise<void> {
  await transaction(db, async (tx) => {
    if (!(await isKnownHost(tx, host))) throw hostNotFound(host);
    const before = await switchLaneRow(tx, lane, host);
    if (before === host) return;
    await appendAuditEvent(tx, origin, {
      kind: "lane_switched",
      actor,
      target: lane,
      details: { from: before ?? "no host", to: host, reason },
    });
    await notify(tx, "lane", 0);
    await sendDispatch(tx, lane);
  });
}

/** @throws AppError host_not_found, host_drained. */
export async function drainHost(
  { db, origin, actor }: Context,
  { host, reason }: { host: string; reason: string },
): Promise<void> {
  await transaction(db, async (tx) => {
    if (!(await isKnownHost(tx, host))) throw hostNotFound(host);
    if (!(await drainHostRow(tx, host, actor ?? "command line", reason))) {
      throw new AppError("host_drained", { detail: "Nothing was changed." });
    }
    await appendAuditEvent(tx, origin, { kind: "host_drained", actor, target: host, details: { reason } });
    await notify(tx, "lane", 0);
  });
}

/** @throws AppError not_found when the host is not drained. */
export async function undrainHost({ db, origin, actor }: Context, host: string): Promise<void> {
  await transaction(db, async (tx) => {
    if (!(await undrainHostRow(tx, host))) {
      throw new AppError("not_found", { detail: `The host ${host} is not drained.` });
    }
    await appendAuditEvent(tx, origin, { kind: "host_undrained", actor, target: host });
    await notify(tx, "lane", 0);
    for (const lane of await listLanesOfHost(tx, host)) await sendDispatch(tx, lane);
  });
}

function hostNotFound(host: string): AppError {
  return new AppError("host_not_found", {
    detail: `No worker was ever started on ${host}. Nothing was changed.`,
  });
}
