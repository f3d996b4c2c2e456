// Seeds a history in which every query of docs/sql.md returns rows. Job 12 is the one in the examples.
import { type Database, query, transaction } from "#lib/db/connection.ts";
import { appendEvent } from "#lib/db/events.ts";
import { insertFreeze, liftFreeze } from "#lib/db/lanes.ts";
import { aJob, type JobBuilder, type SeededJob } from "../../seed/seed.ts";
import { aWindow } from "../../seed/seed-window.ts";
import { QUESTIONS } from "../../seed/seed-questions.ts";

/** A Tuesday. */
const DAY = Date.UTC(2025, 2, 4);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

export async function seedPast(db: Database): Promise<void> {
  await seedErrors(db);
  // Jobs 1 to 11: a month of deployments, and that Tuesday.
  await backport(
    aJob(db, { by: "alice", at: new Date(DAY + 14.2 * 3_600_000), changes: [1234] }),
  ).succeeded();
  await backport(
    aJob(db, { by: "bob", at: new Date(DAY + 16 * 3_600_000), changes: [1235, 1236] }),
  ).succeeded();
  for (const [index, days] of [28, 21, 20, 13, 9, 6].entries()) {
    const by = index % 2 === 0 ? "alice" : "carol";
    const job = aJob(db, { by, at: daysAgo(days), changes: [2000 + index] });
    const { id } = await backport(job, 30 + index).succeeded();
    const merged = { kind: "reach_changed", data: { reached: "merged", isPartial: false } } as const;
    await transaction(db, (tx) => appendEvent(tx, id, merged));
  }
  await aJob(db, { by: "alice", at: daysAgo(5) })
    .asked("yes_no", { answer: false, by: "alice" })
    .declined();
  await aJob(db, { by: "dave", at: daysAgo(4), changes: [1300] })
    .phase("sync-testservers-k8s", 20)
    .signalled("interrupt", { by: "dave" })
    .failed("interrupted");
  await aJob(db, { by: "dave", at: daysAgo(4) })
    .asked("text", { delivery: "undelivered" })
    .askedInVain({ ...QUESTIONS.text, recognised: false, message: "something unheard of\n> " })
    .succeeded("nothing_to_deploy");
  await setErrors(db, 240);
  const { id: failed } = await rolledBack(db);
  await setErrors(db, 12);
  await backport(aJob(db, { by: "bob", at: daysAgo(2), changes: [1300], retryOf: failed })).succeeded();
  await aJob(db, { by: "dave", at: daysAgo(5), lane: "train" })
    .askedUntilExpiry("yes_no")
    .failed("interrupted");
  const lost = await aJob(db, { by: "erin", at: daysAgo(1), lane: "far" })
    .prints("Started sync-masters", "sync-masters: 50% (ok: 1; fail: 0; left: 1)")
    .lost({ laneReleased: true });
  const data = { note: "Its disk is broken.", host: "deploy1", unresponsiveSince: daysAgo(1) };
  await transaction(db, (tx) => appendEvent(tx, lost.id, { kind: "job_declared_lost", actor: "root", data }));
  await aJob(db, { by: "erin" }).startsPhase("sync-testservers-k8s").waiting({ on: "yes_no" });
  await aJob(db, { by: "bob" }).queued();
  const { id: bad } = await backport(aJob(db, { by: "bob", at: daysAgo(3), lane: "reverted" })).succeeded();
  await backport(
    aJob(db, { by: "carol", at: daysAgo(2), lane: "reverted", revertsJobId: bad, changes: [1400] }),
  ).succeeded();
  const weekBefore = new Date(DAY - 7 * 86_400_000);
  await backport(aJob(db, { by: "bob", at: weekBefore, lane: "old" })).succeeded();
  const removed = await backport(aJob(db, { by: "bob", at: daysAgo(400), lane: "old" })).succeeded();
  await query(db, "update spiderpig.job set output_removed_at = now() where id = $1", [removed.id]);
  await query(db, "delete from spiderpig.log_block where job_id = $1", [removed.id]);
  await transaction(db, async (tx) => {
    await insertFreeze(tx, {
      lane: "old",
      reason: "A switchover of the data centres.",
      frozenBy: "root",
      until: null,
    });
    await liftFreeze(tx, "old", "root");
  });
  await seedWindow(db);
}

/** Yesterday's: a change that was deployed, one that was rolled back, and one that was not started. */
async function seedWindow(db: Database): Promise<void> {
  const startsAt = daysAgo(1);
  const project = "operations/mediawiki-config";
  const windowId = await aWindow(db, { startsAt, changes: [1500, 1501, 1502], project });
  const of = (number: number) => ({ at: startsAt, lane: "window", windowId, changes: [{ number, project }] });
  await backport(aJob(db, of(1500))).succeeded();
  await aJob(db, of(1501)).failed("rolled_back");
}

/** Minutes for the rates before jobs; the rate at a question is what the source says when it is seeded. */
async function seedErrors(db: Database): Promise<void> {
  await query(
    db,
    "insert into spiderpig.error_source (claimed_at, as_of, per_minute) values (now(), now(), 12)",
  );
  await query(
    db,
    `insert into spiderpig.error_minute (minute, errors)
     select minute, 9
     from generate_series(date_trunc('minute', now()) - interval '7 days', now(), interval '5 minutes') minute`,
  );
}

async function setErrors(db: Database, perMinute: number): Promise<void> {
  await query(db, "update spiderpig.error_source set per_minute = $1", [perMinute]);
}

function backport(job: JobBuilder, l10nSeconds = 40): JobBuilder {
  return job
    .asked("yes_no", { afterSeconds: 12 })
    .phase("l10n-update", l10nSeconds)
    .phase("sync-testservers-k8s", 20)
    .asked("choices", { answer: "i", by: "carol", afterSeconds: 900, remindedAfterSeconds: [600] })
    .prints("Logstash checker counted 9 error(s) in the last 20 seconds. OK.")
    .phase("sync-prod-k8s", 60);
}

function rolledBack(db: Database): Promise<SeededJob> {
  return backport(aJob(db, { by: "alice", at: daysAgo(3), changes: [1300] }))
    .startsPhase("check-testservers")
    .prints("one", "two", "three", "12:00:00 Check 'check_testservers' failed: 500", "five", "six", "seven")
    .asked("choices", { answer: "b", by: "alice" })
    .signalled("terminate", { by: "bob" })
    .failed("rolled_back");
}

/** The train leaves the start by a job. */
export async function seedTrain(db: Database): Promise<void> {
  const state = (station: string, version: string) =>
    query(
      db,
      `insert into spiderpig.train_state (host, read_at, summary, wikis)
       values ('deploy1', now() - interval '2 days' * (2 - (select count(*) from spiderpig.train_state)), $1, $2)`,
      [
        {
          station,
          version: "1.47.0-wmf.11",
          oldVersion: "1.47.0-wmf.10",
          task: { id: "T371900" },
          wikis: 1,
          warnings: [],
        },
        { versions: { testwiki: version } },
      ],
    );
  await state("start", "1.47.0-wmf.10");
  await state("testwikis", "1.47.0-wmf.11");
  const { id } = await backport(aJob(db, { by: "alice", at: daysAgo(1.1), lane: "trains" })).succeeded();
  await query(
    db,
    `insert into spiderpig.train_job_state (job_id, moment, state_id)
     select $1, 'after', max(id) from spiderpig.train_state`,
    [id],
  );
}
