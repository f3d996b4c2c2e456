-- One row for each deployment that had to be remedied.

create or replace view history.change_failures as
select
  f.job_id,
  f.lane,
  f.requested_by,
  f.outcome::text as outcome,
  f.finished_at,
  f.remedy,
  f.impact_at,
  f.restored_at,
  spiderpig.seconds(spiderpig.elapsed(f.impact_at, f.restored_at)) as restore_seconds
from spiderpig.change_failure f;

comment on view history.change_failures is 'One row for each deployment that reached canaries or production and had to be remedied: it did not complete, or it completed and a later job reverted one of its changes or more.';
comment on column history.change_failures.job_id is 'Number of the job.';
comment on column history.change_failures.lane is 'Its lane.';
comment on column history.change_failures.requested_by is 'Who requested it.';
comment on column history.change_failures.outcome is 'Its outcome: completed if a later job reverted it or a part of it.';
comment on column history.change_failures.finished_at is 'When it ended.';
comment on column history.change_failures.remedy is 'rollback: scap rolled it back. revert: a later job reverted one of its changes or more. next deployment: neither; it counts as remedied when the next deployment of its lane has reached production.';
comment on column history.change_failures.impact_at is 'When its sync to the canaries or to production began; when it started, if that was not seen.';
comment on column history.change_failures.restored_at is 'When the remedy was complete: the rollback, the first revert, or the next deployment. Null before.';
comment on column history.change_failures.restore_seconds is 'From impact_at to restored_at. Null before.';
