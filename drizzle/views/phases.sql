-- One row for each phase of scap, with the time that people took apart from the time that scap took.

create or replace view history.phases as
select
  p.job_id,
  p.id as phase_id,
  p.name,
  p.depth,
  p.started_at,
  p.ended_at as finished_at,
  spiderpig.seconds(spiderpig.elapsed(p.started_at, coalesce(p.ended_at, statement_timestamp()))) as duration_seconds,
  spiderpig.seconds(
    case
      when p.working is not null then spiderpig.elapsed(p.started_at, p.ended_at) - p.working
      else spiderpig.waited_between(p.job_id, p.started_at, statement_timestamp())
    end
  ) as waiting_for_people_seconds,
  spiderpig.seconds(
    coalesce(
      p.working,
      spiderpig.elapsed(p.started_at, statement_timestamp())
      - spiderpig.waited_between(p.job_id, p.started_at, statement_timestamp())
    )
  ) as working_seconds,
  p.finished_at is null and p.ended_at is not null as ended_with_job,
  p.first_line,
  p.last_line,
  spiderpig.seconds((p.usual ->> 'medianMs')::float8 * interval '1 millisecond') as usual_seconds,
  spiderpig.seconds((p.usual ->> 'p90Ms')::float8 * interval '1 millisecond') as late_after_seconds,
  p.title
from spiderpig.phase p;

comment on view history.phases is 'One row for each phase of a job: what scap did between its lines "Started X" and "Finished X". The wait for the merge of the changes, the waits for traffic and a rollback, for which scap has no such lines, are phases as well.';
comment on column history.phases.job_id is 'Number of the job.';
comment on column history.phases.phase_id is '1 for the first phase of the job.';
comment on column history.phases.name is 'The X of those lines, or "Wait for merge", "Wait for canary traffic", "Wait for production traffic", "Rollback".';
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
comment on column history.phases.title is 'The name up to the first colon: the same for all runs of a phase. Use it to group.';
