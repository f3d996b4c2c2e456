-- One row for each start of a worker process.

create or replace view history.workers as
select
  w.id as worker_id,
  w.host,
  w.pid,
  w.version,
  case
    when w.stopped_at is not null then 'stopped'
    when w.heartbeat_at < statement_timestamp() - interval '1 minute' then 'not responding'
    else 'running'
  end as state,
  w.started_at,
  w.heartbeat_at,
  w.stopped_at,
  spiderpig.seconds(spiderpig.elapsed(w.heartbeat_at, statement_timestamp())) as seconds_since_heartbeat,
  (
    select string_agg(j.id::text, ', ' order by j.id)
    from spiderpig.job j
    where j.worker_id = w.id
      and j.finished_at is null
  ) as live_jobs,
  w.operations,
  w.claim_problem,
  w.scap_version,
  w.scap_problem
from spiderpig.worker w;

comment on view history.workers is 'One row for each start of a worker process, including those that have ended.';
comment on column history.workers.worker_id is 'Random; a new one for each start.';
comment on column history.workers.host is 'Name of its host.';
comment on column history.workers.pid is 'Its process id there.';
comment on column history.workers.version is 'Version of SpiderPig that it ran.';
comment on column history.workers.state is 'running, stopped (it shut down) or not responding (no heartbeat for a minute).';
comment on column history.workers.started_at is 'When it started.';
comment on column history.workers.heartbeat_at is 'Its last heartbeat.';
comment on column history.workers.stopped_at is 'When it shut down. Null while it runs, and if it died.';
comment on column history.workers.seconds_since_heartbeat is 'Time since its last heartbeat.';
comment on column history.workers.live_jobs is 'Numbers of the jobs that it has now. Null if there are none.';
comment on column history.workers.operations is 'The operations that it can do. Null: all.';
comment on column history.workers.claim_problem is 'Why it starts no jobs, as of its last heartbeat, for example a full disk. Null when it does.';
comment on column history.workers.scap_version is 'What scap version printed on its host. Null before, and if it failed.';
comment on column history.workers.scap_problem is 'Why scap version failed. Null otherwise.';
