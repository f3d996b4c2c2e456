import { type Database, query } from "#lib/db/connection.ts";

/** Stores a reminder of a question and notifies the pages, as the worker does after ten minutes. */
export async function storeReminder(db: Database, interactionId: number): Promise<void> {
  await query(
    db,
    `with reminded as (
       update spiderpig.interaction
       set reminded_at = asked_at + interval '10 minutes', reminder_count = 1
       where id = $1
       returning job_id
     ), counted as (
       update spiderpig.job set event_seq = event_seq + 1 where id = (select job_id from reminded)
       returning id, event_seq
     ), stored as (
       insert into spiderpig.job_event (job_id, seq, kind, interaction_id)
       select id, event_seq, 'interaction_reminded', $1 from counted
     )
     select pg_notify('spiderpig_job', id::text) from counted`,
    [interactionId],
  );
}
