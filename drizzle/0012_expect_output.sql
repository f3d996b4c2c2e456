-- Old code: may go on running.
-- One statement that fails when a job has other output than the worker that stores more of it remembers.
--
-- Why now: when a standby took over that had not heard everything, or a backup was restored, a worker stored the next
--   output behind a gap, and nobody noticed. It has to begin again from what there is. Like the lease this fails by
--   itself, because what is stored is sent together with its commit.
-- Locks: none on tables. Undo: drop the function.

create function spiderpig.expect_output(job_id integer, line_count integer, output_bytes bigint)
returns void
language plpgsql
as $$
begin
  perform from spiderpig.job j
  where j.id = expect_output.job_id
    and j.line_count = expect_output.line_count
    and j.output_bytes = expect_output.output_bytes;
  if not found then
    raise exception 'job % does not have the output that was confirmed: % lines, % bytes',
        expect_output.job_id, expect_output.line_count, expect_output.output_bytes
      using errcode = 'SPF01';
  end if;
end
$$;
--> statement-breakpoint

comment on function spiderpig.expect_output(integer, integer, bigint) is
  'Raises SPF01 when the job has more or less output than this: the database has forgotten something that it had confirmed to the worker. Nothing that follows in the transaction is done then.';
