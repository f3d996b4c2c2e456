-- One row for each week and question: how long people take to answer.

create or replace view history.weekly_questions as
select
  w.week,
  w.kind,
  w.lane,
  w.title,
  w.asked,
  w.answered,
  round(w.p50::numeric, 3) as p50_seconds,
  round(w.p95::numeric, 3) as p95_seconds,
  round(w.longest::numeric, 3) as longest_seconds
from (
  select s.*
  from spiderpig.report_week_question s
  union all
  select c.*
  from spiderpig.unstored_weeks() as u (week)
  cross join lateral spiderpig.compute_week_questions(u.week) c
) w;

comment on view history.weekly_questions is 'One row for each week and question, for each operation, each lane, both together, and all jobs (kind = ''*'' and lane = ''*''): how long it was unanswered. Pending questions and those of kind screen are left out.';
comment on column history.weekly_questions.week is 'Its Monday. Weeks begin at 00:00 UTC, and a question belongs to the week in which it was asked.';
comment on column history.weekly_questions.kind is 'The operation of the jobs, as in deployments; * for all operations.';
comment on column history.weekly_questions.lane is 'Their lane; * for all lanes.';
comment on column history.weekly_questions.title is 'The question, as interactions.title.';
comment on column history.weekly_questions.asked is 'How often it was asked.';
comment on column history.weekly_questions.answered is 'How often it was answered.';
comment on column history.weekly_questions.p50_seconds is 'Median time in which it was unanswered.';
comment on column history.weekly_questions.p95_seconds is '95th percentile of the same.';
comment on column history.weekly_questions.longest_seconds is 'The longest of these times.';
