-- One row for each window: when, where, who, and what became of its changes.

create or replace view history.windows as
select
  w.id as window_id,
  w.title,
  w.lane,
  w.starts_at,
  w.ends_at,
  w.series_id,
  w.created_by,
  w.created_at,
  w.cancelled_at,
  w.cancelled_by,
  c.change_count,
  c.deployed_count,
  (
    select count(*)::integer
    from spiderpig.job j
    where j.window_id = w.id
  ) as job_count,
  (
    select min(j.started_at)
    from spiderpig.job j
    where j.window_id = w.id
  ) as first_job_started_at,
  (
    select max(j.finished_at)
    from spiderpig.job j
    where j.window_id = w.id
  ) as last_job_finished_at
from spiderpig.deployment_window w
cross join lateral (
  select
    count(*)::integer as change_count,
    count(*) filter (
      where exists (
        select from spiderpig.job j
        join spiderpig.change c on c.job_id = j.id
        where j.window_id = w.id
          and j.outcome = 'completed'
          and c.number = i.number
          and c.project = i.project
      )
    )::integer as deployed_count
  from spiderpig.window_item i
  where i.window_id = w.id
    and i.removed_at is null
) c;

comment on view history.windows is 'One row for each window, that is, a time in which the changes of several people are deployed.';
comment on column history.windows.window_id is 'Number of the window, as in the address of its page.';
comment on column history.windows.title is 'The title, as a person entered it.';
comment on column history.windows.lane is 'The lane of its jobs.';
comment on column history.windows.starts_at is 'When it starts.';
comment on column history.windows.ends_at is 'When it ends.';
comment on column history.windows.series_id is 'The weekly series that it belongs to. Null when it belongs to none.';
comment on column history.windows.created_by is 'User name of the person who created it, or its series.';
comment on column history.windows.created_at is 'When it was created.';
comment on column history.windows.cancelled_at is 'When it was cancelled. Null when it was not.';
comment on column history.windows.cancelled_by is 'User name of the person who cancelled it. Null when it was not.';
comment on column history.windows.change_count is 'Number of its changes, without those that were removed.';
comment on column history.windows.deployed_count is 'Number of its changes that a job of the window deployed. A later revert does not change it.';
comment on column history.windows.job_count is 'Number of its jobs.';
comment on column history.windows.first_job_started_at is 'When its first job started. Null when none has.';
comment on column history.windows.last_job_finished_at is 'When its last job ended; so far, while others run. Null when none has.';
