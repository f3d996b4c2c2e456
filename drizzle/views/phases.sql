-- One row for each phase of scap, with the time that people took apart from the time that scap took.

create or replace view history.phases as
select
  p.job_id,
  p.id as phase_id,
  p.name,
  p.depth,
  p.started_at,
  ended.at as finished_at,
  spiderpig.seconds(lasted.duration) as duration_seconds,
  spiderpig.seconds(waited.duration) as waiting_for_people_seconds,
  spiderpig.seconds(lasted.duration - waited.duration) as working_seconds,
  p.finished_at is null and j.finished_at is not null as ended_with_job,
  p.first_line,
  p.last_line,
  spiderpig.seconds((p.usual ->> 'medianMs')::float8 * interval '1 millisecond') as usual_seconds,
  spiderpig.seconds((p.usual ->> 'p90Ms')::float8 * interval '1 millisecond') as late_after_seconds
from spiderpig.phase p
join spiderpig.job j on j.id = p.job_id
cross join lateral (
  select case
    when p.finished_at is not null then p.finished_at
    when j.finished_at is not null then greatest(j.finished_at, p.started_at)
  end as at
) ended
cross join lateral (
  select spiderpig.elapsed(p.started_at, coalesce(ended.at, statement_timestamp())) as duration
) lasted
cross join lateral (
  select least(coalesce(sum(spiderpig.elapsed(
    greatest(i.asked_at, p.started_at),
    least(coalesce(i.ended_at, statement_timestamp()), ended.at)
  )), interval '0'), lasted.duration) as duration
  from spiderpig.interaction i
  where i.job_id = p.job_id
) waited;

comment on view history.phases is 'One row for each phase of a job: what scap did between its lines "Started X" and "Finished X".';
comment on column history.phases.job_id is 'Number of the job.';
comment on column history.phases.phase_id is '1 for the first phase of the job.';
comment on column history.phases.name is 'The X of those lines.';
comment on column history.phases.depth is '0 for an outermost phase, 1 for one inside it, and so on.';
comment on column history.phases.started_at is 'When it started.';
comment on column history.phases.finished_at is 'When it finished, or when the job ended, whichever came first. Null while it is open.';
comment on column history.phases.duration_seconds is 'From start to finish; so far, while it is open.';
comment on column history.phases.waiting_for_people_seconds is 'The part of it in which a question was unanswered.';
comment on column history.phases.working_seconds is 'duration_seconds minus waiting_for_people_seconds. Use it to compare phases.';
comment on column history.phases.ended_with_job is 'True when the job ended and scap had not said that the phase finished: its duration is not comparable.';
comment on column history.phases.first_line is 'Number of the log line that says that it started.';
comment on column history.phases.last_line is 'Number of the log line that says that it finished. Null if none does.';
comment on column history.phases.usual_seconds is 'Median of working_seconds of the last 20 such phases when it started. Null if there were fewer than 3.';
comment on column history.phases.late_after_seconds is '90th percentile of the same runs. A phase with more working_seconds is late.';
