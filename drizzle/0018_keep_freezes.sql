-- Old code: may go on running.
-- Freezes are history like everything else; and what exactly was deployed, and who let a lane go on, stays too.
--
-- Why now: history.lane_freezes tells when nobody could deploy and why, and its rows could be rewritten and deleted, because
--   they came after the rules. So could the patch set of a change, and the name under which a lost lane was released.
-- Locks: share row exclusive on lane_freeze, change and job for a moment. No code of before does what is refused now.
-- Undo: drop the triggers, and put those of 0001 back.

create trigger freeze_is_written_once
before update on spiderpig.lane_freeze
for each row
when (
  old.id <> new.id
  or old.lane <> new.lane
  or old.reason <> new.reason
  or old.frozen_by <> new.frozen_by
  or old.frozen_at <> new.frozen_at
  or old.until is distinct from new.until
  or (old.lifted_at is not null and old.lifted_at is distinct from new.lifted_at)
  or (old.lifted_by is not null and old.lifted_by is distinct from new.lifted_by)
)
execute function spiderpig.refuse('freeze_is_written_once', 'a freeze is lifted once, and stays as it was written');
--> statement-breakpoint

create trigger history_is_kept
before delete on spiderpig.lane_freeze
for each row
execute function spiderpig.refuse('history_is_kept', 'history is never deleted');
--> statement-breakpoint

create trigger history_is_kept_whole
before truncate on spiderpig.lane_freeze
for each statement
execute function spiderpig.refuse('history_is_kept', 'history is never deleted');
--> statement-breakpoint

create or replace trigger change_is_written_once
before update on spiderpig.change
for each row
when (old is distinct from new)
execute function spiderpig.refuse('change_is_written_once', 'which changes a job deploys stays as it was written');
--> statement-breakpoint

create or replace trigger release_is_written_once
before update on spiderpig.job
for each row
when (
  old.lane_released_at is not null
  and (
    old.lane_released_at is distinct from new.lane_released_at
    or old.lane_released_by is distinct from new.lane_released_by
  )
)
execute function spiderpig.refuse('release_is_written_once', 'a released lane is not taken back');
