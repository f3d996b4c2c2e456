-- One row for each request to stop a job.

create or replace view history.signals as
select
  s.job_id,
  s.id as signal_id,
  s.kind::text as kind,
  case s.kind
    when 'interrupt' then 'SIGINT to the innermost command, so that scap can ask what to do'
    when 'interrupt_group' then 'Ctrl-C, as typed in a terminal'
    when 'terminate' then 'SIGTERM'
    when 'kill' then 'SIGKILL, without cleanup'
  end as meaning,
  s.requested_by,
  s.requested_at,
  s.delivered_at,
  spiderpig.seconds(s.delivered_at - s.requested_at) as delivery_seconds,
  s.process_count,
  j.state::text as job_state,
  j.outcome::text as job_outcome,
  s.interaction_id as expired_interaction_id,
  j.kind as job_kind,
  j.lane
from spiderpig.signal s
join spiderpig.job j on j.id = s.job_id;

comment on view history.signals is 'One row for each request to stop a running job.';
comment on column history.signals.job_id is 'Number of the job.';
comment on column history.signals.signal_id is 'Number of the request.';
comment on column history.signals.kind is 'interrupt, interrupt_group, terminate or kill.';
comment on column history.signals.meaning is 'What was sent, as text.';
comment on column history.signals.requested_by is 'User name of the person who requested it, or policy: a question had expired.';
comment on column history.signals.requested_at is 'When it was requested.';
comment on column history.signals.delivered_at is 'When the worker sent it, or found no process to send it to. Null before.';
comment on column history.signals.delivery_seconds is 'From requested_at to delivered_at. Null before.';
comment on column history.signals.process_count is 'Number of processes that received it; 0 if none was left. Null before.';
comment on column history.signals.job_state is 'State of the job now.';
comment on column history.signals.job_outcome is 'Outcome of the job. Null until it ended.';
comment on column history.signals.expired_interaction_id is 'The expired question that caused it; requested_by is policy then. Null when a person requested it.';
comment on column history.signals.job_kind is 'The operation of the job, as deployments.kind.';
comment on column history.signals.lane is 'The lane of the job.';
