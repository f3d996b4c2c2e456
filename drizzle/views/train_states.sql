-- One row for each state of the train that a worker has read and that differed from the one before.

create or replace view history.train_states as
select
  t.id as state_id,
  t.host,
  t.read_at as since,
  lead(t.read_at) over of_host as until,
  spiderpig.seconds(coalesce(lead(t.read_at) over of_host, now()) - t.read_at) as lasted_seconds,
  t.summary ->> 'station' as station,
  t.summary ->> 'version' as version,
  t.summary ->> 'oldVersion' as old_version,
  t.summary -> 'task' ->> 'id' as task,
  (t.summary ->> 'wikis')::integer as wiki_count,
  (
    select count(*)::integer
    from jsonb_each_text(t.wikis -> 'versions') as w
    where w.value = t.summary ->> 'version'
  ) as moved_wiki_count,
  array(select jsonb_array_elements_text(t.summary -> 'warnings')) as warnings,
  m.job_id
from spiderpig.train_state t
left join (
  select state_id, max(job_id) as job_id
  from spiderpig.train_job_state
  where moment = 'after'
  group by state_id
) m on m.state_id = t.id
window of_host as (partition by t.host order by t.id);

comment on view history.train_states is 'The states of the train: where it was, since when, and which job moved it there.';
comment on column history.train_states.state_id is 'Number of the state, as a request that moves the train names it.';
comment on column history.train_states.host is 'The deployment host on which it was read.';
comment on column history.train_states.since is 'When it was first read.';
comment on column history.train_states.until is 'When another state was read on that host. Null for the current state.';
comment on column history.train_states.lasted_seconds is 'Time from since to until; so far, for the current state.';
comment on column history.train_states.station is 'The last group whose only version was that of the train: start, testwikis, group0, group1 or group2.';
comment on column history.train_states.version is 'The version that the train brings. Null if no source named one.';
comment on column history.train_states.old_version is 'The version before it. Null if there was none on the host.';
comment on column history.train_states.task is 'The task of the train. Null if it was not known.';
comment on column history.train_states.wiki_count is 'Number of all wikis.';
comment on column history.train_states.moved_wiki_count is 'Number of wikis with the version of the train.';
comment on column history.train_states.warnings is 'What the page warned of.';
comment on column history.train_states.job_id is 'The last job after which this state was read. Null if none, for example before the first job, or when the files were changed by hand.';
