-- One row for each start of a worker process.

create or replace view history.workers as
select
  w.id as worker_id,
  w.host,
  w.pid,
  w.version,
  case
    when w.stopped_at is not null then 'stopped'
    when w.seen_at < statement_timestamp() - interval '1 minute' then 'silent'
    else 'working'
  end as state,
  w.started_at,
  w.seen_at,
  w.stopped_at,
  spiderpig.seconds(spiderpig.passed(w.seen_at, statement_timestamp())) as seconds_since_seen,
  (
    select string_agg(j.id::text, ', ' order by j.id)
    from spiderpig.job j
    where j.worker_id = w.id
      and j.finished_at is null
  ) as live_jobs
from spiderpig.worker w;

comment on view history.workers is 'One row a start of a worker process, also of those that are gone.';
comment on column history.workers.worker_id is 'Chosen anew at each start.';
comment on column history.workers.host is 'Name of its host.';
comment on column history.workers.pid is 'Its process id there.';
comment on column history.workers.version is 'Version of SpiderPig that it ran.';
comment on column history.workers.state is 'working, stopped (in good order) or silent (no sign of life for a minute).';
comment on column history.workers.started_at is 'When it started.';
comment on column history.workers.seen_at is 'Its latest sign of life.';
comment on column history.workers.stopped_at is 'When it stopped in good order. Null while it runs, and when it died.';
comment on column history.workers.seconds_since_seen is 'Time since its latest sign of life.';
comment on column history.workers.live_jobs is 'Numbers of the jobs it looks after now. Null when there are none.';
