-- One row for each week and phase: what is slow, and what became slow.

create or replace view history.weekly_phases as
select
  w.week,
  w.kind,
  w.lane,
  w.title,
  w.runs,
  round(w.p50::numeric, 3) as p50_seconds,
  round(w.p95::numeric, 3) as p95_seconds,
  round(w.longest::numeric, 3) as longest_seconds
from (
  select s.*
  from spiderpig.report_week_phase s
  union all
  select c.*
  from spiderpig.unstored_weeks() as u (week)
  cross join lateral spiderpig.compute_week_phases(u.week) c
) w;

comment on view history.weekly_phases is 'One row for each week and phase, for each operation, each lane, both together, and all jobs (kind = ''*'' and lane = ''*''): how long its runs took, without the time that people took. Runs that were cut short by the end of their job are left out.';
comment on column history.weekly_phases.week is 'Its Monday. Weeks begin at 00:00 UTC, and a run belongs to the week in which it started.';
comment on column history.weekly_phases.kind is 'The operation of the jobs, as in deployments; * for all operations.';
comment on column history.weekly_phases.lane is 'Their lane; * for all lanes.';
comment on column history.weekly_phases.title is 'The phase, as phases.title.';
comment on column history.weekly_phases.runs is 'Number of its runs.';
comment on column history.weekly_phases.p50_seconds is 'Median of working_seconds.';
comment on column history.weekly_phases.p95_seconds is '95th percentile of working_seconds.';
comment on column history.weekly_phases.longest_seconds is 'The greatest working_seconds.';
