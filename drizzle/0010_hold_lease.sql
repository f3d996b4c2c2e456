-- Old code: may go on running.
-- One statement that fails when a worker's lease of a job is over.
--
-- Why now: a worker that stores output had to wait for the answer whether it still has the job before it sent the rest.
--   When the statement itself fails, everything that was sent behind it in the transaction fails too, and all of it can
--   travel in one journey.
-- Locks: none on tables. Undo: drop the function.

create function spiderpig.hold_lease(job_id integer, lease_epoch integer)
returns void
language plpgsql
as $$
begin
  perform from spiderpig.job j
  where j.id = hold_lease.job_id and j.lease_epoch = hold_lease.lease_epoch and j.finished_at is null
  for update;
  if not found then
    raise exception 'the lease % of job % is over', hold_lease.lease_epoch, hold_lease.job_id
      using errcode = 'SPL01';
  end if;
end
$$;
--> statement-breakpoint

comment on function spiderpig.hold_lease(integer, integer) is
  'Locks the row of a job for the worker that has it under this lease. Raises SPL01 when another worker has the job, or it has ended: nothing that follows in the transaction is done then.';
