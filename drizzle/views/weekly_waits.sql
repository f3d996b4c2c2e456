-- One row for each week and question, hour of the day or person: how long answers took. Counts and sums, so that weeks can be added up.

create or replace view history.weekly_waits as
select
  w.week,
  w.kind,
  w.lane,
  w.dimension,
  w.value,
  w.answers,
  round(w.waited::numeric, 3) as waited_seconds,
  w.within_1_minute,
  w.within_5_minutes,
  w.within_15_minutes,
  w.within_60_minutes,
  round(w.longest::numeric, 3) as longest_seconds
from (
  select s.*
  from spiderpig.report_week_wait s
  union all
  select c.*
  from spiderpig.unstored_weeks() as u (week)
  cross join lateral spiderpig.compute_week_waits(u.week) c
) w;

comment on view history.weekly_waits is 'One row for each week and question, hour or person (dimension), for each operation, each lane, both together, and all jobs (kind = ''*'' and lane = ''*''): how long answers took. Questions that were not answered and those of kind screen are left out.';
comment on column history.weekly_waits.week is 'Its Monday. Weeks begin at 00:00 UTC.';
comment on column history.weekly_waits.kind is 'The operation of the jobs, as in deployments; * for all operations.';
comment on column history.weekly_waits.lane is 'Their lane; * for all lanes.';
comment on column history.weekly_waits.dimension is 'What value is: question, hour or person.';
comment on column history.weekly_waits.value is 'The question, as interactions.title; the hour of the day in UTC, 00 to 23, in which it was asked; or who answered.';
comment on column history.weekly_waits.answers is 'Number of answers.';
comment on column history.weekly_waits.waited_seconds is 'Sum of the times from the question to its answer.';
comment on column history.weekly_waits.within_1_minute is 'Number of answers that came within a minute.';
comment on column history.weekly_waits.within_5_minutes is 'Number of answers that came within 5 minutes, including those within a minute.';
comment on column history.weekly_waits.within_15_minutes is 'Number of answers that came within 15 minutes.';
comment on column history.weekly_waits.within_60_minutes is 'Number of answers that came within an hour.';
comment on column history.weekly_waits.longest_seconds is 'The longest of these times.';
