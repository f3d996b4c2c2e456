-- One row for each freeze of a lane.

create or replace view history.lane_freezes as
select
  f.id as freeze_id,
  f.lane,
  f.reason,
  f.frozen_by,
  f.frozen_at,
  f.until as planned_end,
  least(f.lifted_at, f.until) as ended_at,
  case
    when f.lifted_at is null and (f.until is null or f.until > statement_timestamp()) then null
    when f.until is not null and (f.lifted_at is null or f.lifted_at >= f.until) then null
    else f.lifted_by
  end as lifted_by,
  extract(epoch from spiderpig.elapsed(
    f.frozen_at,
    least(f.lifted_at, f.until, statement_timestamp())
  ))::double precision as frozen_seconds
from spiderpig.lane_freeze f;

comment on view history.lane_freezes is 'One row for each freeze of a lane. A frozen lane accepts no new jobs and starts none.';
comment on column history.lane_freezes.freeze_id is 'Number of the freeze.';
comment on column history.lane_freezes.lane is 'The lane that was frozen.';
comment on column history.lane_freezes.reason is 'The reason, as the admin entered it.';
comment on column history.lane_freezes.frozen_by is 'The admin who froze the lane.';
comment on column history.lane_freezes.frozen_at is 'When it was frozen.';
comment on column history.lane_freezes.planned_end is 'When it expires by itself. Null if an admin has to lift it.';
comment on column history.lane_freezes.ended_at is 'When it was lifted or expired. While it is in force: when it will expire, or null.';
comment on column history.lane_freezes.lifted_by is 'The admin who lifted it. Null while it is in force, and if it expired.';
comment on column history.lane_freezes.frozen_seconds is 'How long the lane was frozen; so far, while it is.';
