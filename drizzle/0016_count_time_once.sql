-- Old code: may go on running.
-- Durations that are never negative, never longer than what they are a part of, and that stand for now when something
-- still goes on; and a signal that reached nobody has stopped nothing.
--
-- Why now: a question that was open when scap was killed is withdrawn when a worker writes down the end, an hour later if
--   the database was away for an hour; that hour counted as waiting, and working_seconds of the job was minus an hour. Two
--   clocks that differ by less than a second gave negative seconds as well. now() is the time at which a transaction began:
--   whoever kept one open in psql was told of the past, and of jobs that ran for a negative time. And "Signal 9 ended scap,
--   as alice asked" was said of a signal of hers that had come too late.
-- Locks: access exclusive on the views for the moment of their replacement. Undo: put the views back as they were.

create function spiderpig.passed(since timestamptz, until timestamptz)
returns interval
language sql
immutable
parallel safe
return case when until < since then interval '0' else until - since end;
--> statement-breakpoint

comment on function spiderpig.passed(timestamptz, timestamptz) is
  'The time from one moment to the other; none when the clocks say that the second was first. Null when one is unknown.';
--> statement-breakpoint

create or replace view history.deployments as
select
  j.id as job_id,
  j.lane,
  j.state::text as state,
  j.outcome::text as outcome,
  case j.outcome
    when 'completed' then
      'scap deployed everything and exited with code 0.'
    when 'nothing_to_deploy' then
      'scap found nothing to deploy.'
    when 'declined' then
      coalesce(
        (
          select format(
            '%s answered %s to "%s", and scap ended well.',
            a.answered_by,
            coalesce('"' || a.text || '"', 'with a secret'),
            spiderpig.in_short(i.message)
          )
          from spiderpig.interaction i
          join spiderpig.answer a on a.interaction_id = i.id
          where i.job_id = j.id
          order by i.id desc
          limit 1
        ),
        'A deployer said no, and scap ended well.'
      )
    when 'rolled_back' then
      'scap rolled the deployment back: the changes are not in production.'
    when 'rollback_failed' then
      'scap could not roll back: servers may run different code.'
    when 'exit_nonzero' then
      format('scap ended with exit code %s.', j.exit_code)
    when 'interrupted' then
      format('scap was interrupted%s.', by_whom.words)
    when 'killed' then
      case
        when j.exit_signal > 0 then format('Signal %s ended scap%s.', j.exit_signal, by_whom.words)
        else format('scap was made to end%s.', by_whom.words)
      end
    when 'spawn_failed' then
      format('scap could not be started on %s.', coalesce(j.host, 'its host'))
    when 'cancelled_while_queued' then
      format(
        'Taken out of the queue%s; scap never ran.',
        (
          select ' by ' || e.actor
          from spiderpig.job_event e
          where e.job_id = j.id
            and e.kind = 'job_cancelled'
          limit 1
        )
      )
    when 'holder_lost' then
      coalesce(
        (
          select format(
            'Nothing was heard of %s for %s, and %s declared the job lost (%s). How scap ended is not known.',
            coalesce(j.host, 'its host'),
            spiderpig.in_minutes(e.at - (e.data ->> 'silentSince')::timestamptz),
            e.actor,
            coalesce(e.data ->> 'note', 'no words')
          )
          from spiderpig.job_event e
          where e.job_id = j.id
            and e.kind = 'job_declared_lost'
          limit 1
        ),
        format(
          'The process that held scap''s terminal on %s is gone; how scap ended is not known.',
          coalesce(j.host, 'its host')
        )
      )
  end
  || case
    when j.state in ('failed', 'lost') then
      coalesce(
        (
          select ' ' || (e.data ->> 'detail')
          from spiderpig.job_event e
          where e.job_id = j.id
            and e.kind = 'job_finished'
          order by e.seq desc
          limit 1
        ),
        ''
      )
    else ''
  end as outcome_reason,
  j.requested_by,
  (
    select string_agg(c.number::text, ', ' order by c.position)
    from spiderpig.change c
    where c.job_id = j.id
  ) as changes,
  (
    select count(*)::integer
    from spiderpig.change c
    where c.job_id = j.id
  ) as change_count,
  j.created_at,
  j.started_at,
  j.finished_at,
  spiderpig.seconds(
    spiderpig.passed(j.created_at, coalesce(j.started_at, j.finished_at, statement_timestamp()))
  ) as queued_seconds,
  spiderpig.seconds(ran.duration) as running_seconds,
  spiderpig.seconds(waited.duration) as waiting_for_people_seconds,
  spiderpig.seconds(ran.duration - waited.duration) as working_seconds,
  j.exit_code,
  nullif(j.exit_signal, 0) as exit_signal,
  j.host,
  j.retry_of,
  j.line_count as lines,
  array_to_string(j.command, ' ') as command,
  j.output_removed_at
from spiderpig.job j
cross join lateral (
  select spiderpig.passed(j.started_at, coalesce(j.finished_at, statement_timestamp())) as duration
) ran
cross join lateral (
  select case
    when j.started_at is not null
      then least(coalesce(sum(spiderpig.passed(
        greatest(i.asked_at, j.started_at),
        least(coalesce(i.ended_at, statement_timestamp()), j.finished_at)
      )), interval '0'), ran.duration)
  end as duration
  from spiderpig.interaction i
  where i.job_id = j.id
) waited
left join lateral (
  select ', as ' || string_agg(
    distinct case
      when s.interaction_id is not null then 'the policy for unanswered questions'
      else s.requested_by
    end,
    ' and '
  ) || ' asked' as words
  from spiderpig.signal s
  where s.job_id = j.id
    and s.process_count > 0
) by_whom on j.outcome in ('interrupted', 'killed');
--> statement-breakpoint

create or replace view history.interactions as
select
  i.job_id,
  i.id as interaction_id,
  i.kind::text as kind,
  i.message as question,
  (
    select string_agg(o.option ->> 'text', ' | ' order by o.position)
    from jsonb_array_elements(i.options) with ordinality as o (option, position)
  ) as options,
  coalesce(
    (
      select o.option ->> 'text'
      from jsonb_array_elements(i.options) with ordinality as o (option, position)
      where o.option -> 'value' = i.default_value
      order by o.position
      limit 1
    ),
    i.default_value #>> '{}'
  ) as default_answer,
  i.recognised,
  i.complaint,
  i.state::text as state,
  i.asked_at,
  i.ended_at,
  a.answered_by,
  a.text as answer_text,
  a.answered_at,
  spiderpig.seconds(
    spiderpig.passed(i.asked_at, least(coalesce(i.ended_at, statement_timestamp()), j.finished_at))
  ) as waited_seconds,
  a.delivery::text as delivery,
  a.typed_at,
  a.settled_at,
  spiderpig.seconds(spiderpig.passed(a.answered_at, a.settled_at)) as delivery_seconds,
  i.reminder_count as reminders,
  first.reminded_at as first_reminded_at,
  i.reminded_at as last_reminded_at,
  spiderpig.seconds(spiderpig.passed(first.reminded_at, a.answered_at)) as answered_after_reminder_seconds,
  i.expires_at,
  i.expiry_action::text as expiry_action
from spiderpig.interaction i
join spiderpig.job j on j.id = i.job_id
left join spiderpig.answer a on a.interaction_id = i.id
left join lateral (
  select e.at as reminded_at
  from spiderpig.job_event e
  where e.job_id = i.job_id
    and e.interaction_id = i.id
    and e.kind = 'interaction_reminded'
  order by e.seq
  limit 1
) first on i.reminder_count > 0;
--> statement-breakpoint

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
  p.finished_at is null and j.finished_at is not null as ended_with_job
from spiderpig.phase p
join spiderpig.job j on j.id = p.job_id
cross join lateral (
  select case
    when p.finished_at is not null then p.finished_at
    when j.finished_at is not null then greatest(j.finished_at, p.started_at)
  end as at
) ended
cross join lateral (
  select spiderpig.passed(p.started_at, coalesce(ended.at, statement_timestamp())) as duration
) lasted
cross join lateral (
  select least(coalesce(sum(spiderpig.passed(
    greatest(i.asked_at, p.started_at),
    least(coalesce(i.ended_at, statement_timestamp()), ended.at)
  )), interval '0'), lasted.duration) as duration
  from spiderpig.interaction i
  where i.job_id = p.job_id
) waited;
--> statement-breakpoint

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
--> statement-breakpoint

create or replace view history.lane_freezes as
select
  f.id as freeze_id,
  f.lane,
  f.reason,
  f.frozen_by,
  f.frozen_at,
  f.until as planned_end,
  least(f.lifted_at, f.until) as ended_at,
  case
    when f.lifted_at is null and (f.until is null or f.until > statement_timestamp()) then null
    when f.until is not null and (f.lifted_at is null or f.lifted_at >= f.until) then null
    else f.lifted_by
  end as lifted_by,
  extract(epoch from spiderpig.passed(
    f.frozen_at,
    least(f.lifted_at, f.until, statement_timestamp())
  ))::double precision as frozen_seconds
from spiderpig.lane_freeze f;
--> statement-breakpoint

comment on column history.deployments.waiting_for_people_seconds is 'The part of running_seconds in which a question was unanswered, up to the end of scap. Null when it never ran.';
comment on column history.interactions.waited_seconds is 'How long scap waited for people, up to its end; so far, while pending.';
