-- One row for each week, person and outcome: how many jobs ended.

create or replace view history.weekly_jobs as
select
  w.week,
  w.kind,
  w.lane,
  w.requested_by,
  w.outcome,
  w.state,
  w.jobs
from (
  select s.*
  from spiderpig.report_week_job s
  union all
  select c.*
  from spiderpig.unstored_weeks() as u (week)
  cross join lateral spiderpig.compute_week_jobs(u.week) c
) w;

comment on view history.weekly_jobs is 'One row for each week, person and outcome, for each operation, each lane, both together, and all jobs (kind = ''*'' and lane = ''*''): how many jobs ended.';
comment on column history.weekly_jobs.week is 'Its Monday. Weeks begin at 00:00 UTC.';
comment on column history.weekly_jobs.kind is 'The operation of the jobs, as in deployments; * for all operations.';
comment on column history.weekly_jobs.lane is 'Their lane; * for all lanes.';
comment on column history.weekly_jobs.requested_by is 'Who requested them.';
comment on column history.weekly_jobs.outcome is 'Their outcome, as in deployments.';
comment on column history.weekly_jobs.state is 'Their state, which follows from the outcome: succeeded, failed, cancelled or lost.';
comment on column history.weekly_jobs.jobs is 'Number of jobs that ended in the week.';
