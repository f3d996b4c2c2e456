-- Old code: may go on running.
-- Why now: the columns and tables of 0005 need their place in the manual, and a frozen lane must be refused by the
--   database too.
-- Locks: none that anybody notices. Safe with old code running: yes. Undo: drop the comments and the trigger.

comment on column spiderpig.worker.public_key is 'X25519 public key, base64: secrets for the jobs of this worker are sealed to it. The private half is in the worker''s memory only. Null for a worker that takes no secrets.';
--> statement-breakpoint
comment on column spiderpig.job.lane_released_by is 'Who confirmed the state of a lost deployment, so that its lane could go on. Null when the job''s own end released the lane, or when it is still held.';
--> statement-breakpoint
comment on column spiderpig.output_chunk.journal_skip is 'Bytes of the output record at journal_end that this chunk accounts for too; 0 unless a line of scap''s protocol was cut by the end of the chunk.';
--> statement-breakpoint
comment on table spiderpig.sensitive_line is 'Lines that scap marked as sensitive (security patches, secrets in diffs). The log shows a notice in their place; who reads them is an event in the job''s history.';
--> statement-breakpoint
comment on column spiderpig.sensitive_line.job_id is 'The job whose log it belongs to.';
--> statement-breakpoint
comment on column spiderpig.sensitive_line.line is 'Number of the log line in whose place the notice stands.';
--> statement-breakpoint
comment on column spiderpig.sensitive_line.text is 'The line as scap printed it.';
--> statement-breakpoint
comment on table spiderpig.lane_freeze is 'Times in which a lane takes no new jobs and starts none. At most one is open a lane; never deleted.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.id is 'Number of the freeze.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.lane is 'The lane that is frozen.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.reason is 'Why, in the words of whoever froze it; shown to everybody who is refused.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.frozen_by is 'The admin who froze the lane.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.frozen_at is 'When it was frozen.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.until is 'When it ends by itself; null when somebody has to lift it.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.lifted_by is 'The admin who lifted it; null while it stands and when it ended by itself.';
--> statement-breakpoint
comment on column spiderpig.lane_freeze.lifted_at is 'When it was lifted; null while it stands and when it ended by itself.';
--> statement-breakpoint
create view history.lane_freezes as
select
  f.id as freeze_id,
  f.lane,
  f.reason,
  f.frozen_by,
  f.frozen_at,
  f.until as planned_end,
  least(f.lifted_at, f.until) as ended_at,
  case
    when f.lifted_at is null and (f.until is null or f.until > now()) then null
    when f.until is not null and (f.lifted_at is null or f.lifted_at >= f.until) then null
    else f.lifted_by
  end as lifted_by,
  extract(epoch from coalesce(least(f.lifted_at, f.until, now()), now()) - f.frozen_at)::double precision as frozen_seconds
from spiderpig.lane_freeze f;
--> statement-breakpoint
comment on view history.lane_freezes is 'One row for each time that a lane was frozen: it took no new jobs and started none.';
--> statement-breakpoint
comment on column history.lane_freezes.freeze_id is 'Number of the freeze.';
--> statement-breakpoint
comment on column history.lane_freezes.lane is 'The lane that was frozen.';
--> statement-breakpoint
comment on column history.lane_freezes.reason is 'Why, in the words of whoever froze it.';
--> statement-breakpoint
comment on column history.lane_freezes.frozen_by is 'The admin who froze the lane.';
--> statement-breakpoint
comment on column history.lane_freezes.frozen_at is 'When it was frozen.';
--> statement-breakpoint
comment on column history.lane_freezes.planned_end is 'When it ends by itself; null when somebody has to lift it.';
--> statement-breakpoint
comment on column history.lane_freezes.ended_at is 'When it was lifted or ended by itself; in the future or null while it stands.';
--> statement-breakpoint
comment on column history.lane_freezes.lifted_by is 'The admin who lifted it; null while it stands and when it ended by itself.';
--> statement-breakpoint
comment on column history.lane_freezes.frozen_seconds is 'How long the lane was frozen, up to now if it still is. Seconds.';
