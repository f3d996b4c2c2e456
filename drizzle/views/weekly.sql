-- One row for each week in which SpiderPig was used, operation and lane: frequency, failures, lead time and time to restore.

create or replace view history.weekly as
select
  w.week,
  w.kind,
  w.lane,
  w.jobs,
  w.deployments,
  w.changes,
  w.people,
  w.not_completed,
  w.change_failures,
  round(100.0 * w.change_failures / nullif(w.reached_production, 0), 1) as change_failure_percent,
  round(w.lead_p50::numeric, 3) as lead_p50_seconds,
  round(w.lead_p95::numeric, 3) as lead_p95_seconds,
  round(w.change_lead_p50::numeric, 3) as change_lead_p50_seconds,
  round(w.change_lead_p95::numeric, 3) as change_lead_p95_seconds,
  round(w.restore_p50::numeric, 3) as restore_p50_seconds,
  round(w.queued_p50::numeric, 3) as queued_p50_seconds,
  round(w.waited_p50::numeric, 3) as waiting_for_people_p50_seconds,
  round(w.worked_p50::numeric, 3) as working_p50_seconds
from (
  select s.*
  from spiderpig.report_week_total s
  union all
  select c.*
  from spiderpig.unstored_weeks() as u (week)
  cross join lateral spiderpig.compute_week_totals(u.week) c
) w;

comment on view history.weekly is 'One row for each week from the first job that ended to the last, for each operation, each lane, both together, and all jobs (kind = ''*'' and lane = ''*''): DORA''s four measures, and where the time went. docs/sql.md has the definitions.';
comment on column history.weekly.week is 'Its Monday. Weeks begin at 00:00 UTC, and a job belongs to the week in which it ended.';
comment on column history.weekly.kind is 'The operation of the jobs, as in deployments; * for all operations.';
comment on column history.weekly.lane is 'Their lane; * for all lanes.';
comment on column history.weekly.jobs is 'Number of jobs that ended.';
comment on column history.weekly.deployments is 'Number of jobs that completed and deployed to production, reverts included. DORA: deployment frequency.';
comment on column history.weekly.changes is 'Number of changes that these jobs deployed.';
comment on column history.weekly.people is 'Number of people who requested one of the jobs.';
comment on column history.weekly.not_completed is 'Number of jobs that failed or were lost, wherever their changes came.';
comment on column history.weekly.change_failures is 'Number of deployments that had to be remedied, as in change_failures.';
comment on column history.weekly.change_failure_percent is 'change_failures as a part of all deployments that reached canaries or production. DORA: change failure rate. Null if there were none.';
comment on column history.weekly.lead_p50_seconds is 'Median time from the request to production, of the jobs that completed.';
comment on column history.weekly.lead_p95_seconds is '95th percentile of the same.';
comment on column history.weekly.change_lead_p50_seconds is 'Median time from the upload of a change to production, of the changes of these jobs. DORA: lead time for changes. Null if Gerrit did not say when they were uploaded.';
comment on column history.weekly.change_lead_p95_seconds is '95th percentile of the same.';
comment on column history.weekly.restore_p50_seconds is 'Median of restore_seconds in change_failures. DORA: time to restore service. Null if there were none.';
comment on column history.weekly.queued_p50_seconds is 'Median time in the queue, of the jobs that completed.';
comment on column history.weekly.waiting_for_people_p50_seconds is 'Median time in which a question was unanswered, of the jobs that completed.';
comment on column history.weekly.working_p50_seconds is 'Median time in which scap worked, of the jobs that completed.';
