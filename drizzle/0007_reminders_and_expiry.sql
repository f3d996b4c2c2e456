-- Old code: may go on running.
-- What happens to a question that nobody answers: people are reminded, and if a policy says so it expires.
--
-- Why now: the state `expired` had no way into it, and a forgotten question kept its lane for ever without a word.
-- Locks: access exclusive on interaction and signal for some milliseconds each: no column is filled in, and the
--   CHECKs read what there is once. What old code does not write has a default.
-- Undo: drop the columns, the triggers and the function, and put the views of 0002 back.

ALTER TABLE "spiderpig"."interaction" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "spiderpig"."interaction" ADD COLUMN "reminder_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "spiderpig"."interaction" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "spiderpig"."interaction" ADD COLUMN "expiry_action" "spiderpig"."signal_kind";--> statement-breakpoint
ALTER TABLE "spiderpig"."signal" ADD COLUMN "interaction_id" integer;--> statement-breakpoint
ALTER TABLE "spiderpig"."signal" ADD CONSTRAINT "signal_interaction_id_interaction_id_fk" FOREIGN KEY ("interaction_id") REFERENCES "spiderpig"."interaction"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."interaction" ADD CONSTRAINT "reminded_iff_counted" CHECK (("spiderpig"."interaction"."reminded_at" is null) = ("spiderpig"."interaction"."reminder_count" = 0));--> statement-breakpoint
ALTER TABLE "spiderpig"."interaction" ADD CONSTRAINT "expiry_has_an_action" CHECK (("spiderpig"."interaction"."expires_at" is null) = ("spiderpig"."interaction"."expiry_action" is null));
--> statement-breakpoint

create trigger expiry_is_written_once
before update on spiderpig.interaction
for each row
when (
  old.expires_at is distinct from new.expires_at
  or old.expiry_action is distinct from new.expiry_action
)
execute function spiderpig.refuse('expiry_is_written_once', 'when a question expires is settled when it is asked');
--> statement-breakpoint

create trigger reminders_only_grow
before update on spiderpig.interaction
for each row
when (old.reminder_count > new.reminder_count or old.reminded_at > new.reminded_at)
execute function spiderpig.refuse('reminders_only_grow', 'people cannot be un-reminded');
--> statement-breakpoint

create trigger only_an_open_question_reminds
before update on spiderpig.interaction
for each row
when (old.state <> 'pending' and old.reminder_count < new.reminder_count)
execute function spiderpig.refuse('only_an_open_question_reminds', 'nobody is reminded of a question that is over');
--> statement-breakpoint

create trigger expires_by_policy_only
before update on spiderpig.interaction
for each row
when (old.state = 'pending' and new.state = 'expired' and old.expires_at is null)
execute function spiderpig.refuse('expires_by_policy_only', 'a question expires only if a policy says so');
--> statement-breakpoint

create trigger signal_keeps_its_cause
before update on spiderpig.signal
for each row
when (old.interaction_id is distinct from new.interaction_id)
execute function spiderpig.refuse('signal_keeps_its_cause', 'why a signal was asked for stays as it was written');
--> statement-breakpoint

create function spiderpig.in_minutes(duration interval)
returns text
language sql
immutable
parallel safe
return case
  when duration < interval '1 minute' then 'less than a minute'
  when duration < interval '2 minutes' then '1 minute'
  when duration < interval '2 hours' then floor(extract(epoch from duration) / 60) || ' minutes'
  else floor(extract(epoch from duration) / 3600) || ' hours'
end;
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
      format(
        'The process that held scap''s terminal on %s is gone; how scap ended is not known.',
        coalesce(j.host, 'its host')
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
  spiderpig.seconds(coalesce(j.started_at, j.finished_at, now()) - j.created_at) as queued_seconds,
  spiderpig.seconds(ran.duration) as running_seconds,
  spiderpig.seconds(waited.duration) as waiting_for_people_seconds,
  spiderpig.seconds(ran.duration - waited.duration) as working_seconds,
  j.exit_code,
  nullif(j.exit_signal, 0) as exit_signal,
  j.host,
  j.retry_of,
  j.line_count as lines,
  array_to_string(j.command, ' ') as command
from spiderpig.job j
cross join lateral (
  select coalesce(j.finished_at, now()) - j.started_at as duration
) ran
cross join lateral (
  select case
    when j.started_at is not null
      then coalesce(sum(coalesce(i.ended_at, j.finished_at, now()) - i.asked_at), interval '0')
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
    and s.delivered_at is not null
) by_whom on j.outcome in ('interrupted', 'killed');
--> statement-breakpoint

create or replace view history.events as
select
  e.job_id,
  e.seq,
  e.at,
  e.kind,
  e.actor,
  case e.kind
    when 'job_created' then
      format('%s asked for: scap %s', coalesce(e.actor, j.requested_by), array_to_string(j.command, ' '))
    when 'job_started' then
      format('Taken out of the queue; scap starts on %s.', coalesce(e.data ->> 'host', 'a host'))
    when 'job_taken_over' then
      'Another worker looks after the job; scap goes on.'
    when 'job_cancelled' then
      format('Taken out of the queue by %s.', coalesce(e.actor, 'nobody known'))
    when 'job_finished' then
      format(
        'Ended: %s (%s).%s',
        coalesce(e.data ->> 'state', 'somehow'),
        replace(coalesce(e.data ->> 'outcome', 'no reason known'), '_', ' '),
        coalesce(' ' || (e.data ->> 'detail'), '')
      )
    when 'interaction_asked' then
      format('scap asks: %s', q.words)
    when 'interaction_reminded' then
      format(
        'Nobody has answered%s: %s%s',
        coalesce(' for ' || spiderpig.in_minutes(e.at - q.asked_at), ''),
        q.words,
        coalesce(' (reminder ' || (e.data ->> 'reminder') || ')', '')
      )
    when 'interaction_expired' then
      format(
        'Nobody answered in time%s, and the policy is to %s: %s',
        coalesce(' (' || spiderpig.in_minutes(e.at - q.asked_at) || ')', ''),
        spiderpig.what_signal_does(e.data ->> 'action'),
        q.words
      )
    when 'interaction_withdrawn' then
      format('scap no longer asks: %s%s', q.words, coalesce(' (' || (e.data ->> 'why') || ')', ''))
    when 'answer_given' then
      format(
        '%s answered %s to: %s',
        e.actor,
        coalesce('"' || (e.data ->> 'text') || '"', 'with a secret'),
        q.words
      )
    when 'answer_settled' then
      case e.data ->> 'delivery'
        when 'consumed' then 'scap read the answer.'
        when 'not_consumed' then 'scap did not read the answer; it was taken back.'
        when 'undelivered' then 'The answer could not be typed: scap no longer waited for it.'
        else format('The answer was settled: %s.', coalesce(e.data ->> 'delivery', 'nobody knows how'))
      end
      || coalesce(' (' || (e.data ->> 'why') || ')', '')
    when 'signal_requested' then
      format(
        '%s asked to %s.',
        case when e.data ? 'expiredInteractionId' then 'The policy for unanswered questions' else e.actor end,
        spiderpig.what_signal_does(e.data ->> 'signal')
      )
    when 'signal_delivered' then
      format(
        'The request to %s reached %s.',
        spiderpig.what_signal_does(e.data ->> 'signal'),
        case e.data ->> 'processCount'
          when '0' then 'nobody: ' || coalesce(e.data ->> 'why', 'no process was left')
          when '1' then '1 process'
          else format('%s processes', coalesce(e.data ->> 'processCount', 'some'))
        end
      )
    when 'phase_started' then
      format('Started %s', coalesce(p.name, 'a phase'))
    when 'phase_finished' then
      format('Finished %s', coalesce(p.name, 'a phase'))
      || coalesce(' (' || round(extract(epoch from p.finished_at - p.started_at), 1) || ' s)', '')
    when 'lane_released' then
      format('%s confirmed the state of the deployment: %s', e.actor, coalesce(e.data ->> 'note', 'no words'))
    when 'sensitive_lines_shown' then
      format('%s looked at the sensitive lines of the log.', e.actor)
    else
      concat_ws(' ', upper(left(e.kind, 1)) || replace(substr(e.kind, 2), '_', ' '), nullif(e.data, '{}')::text)
  end as what,
  spiderpig.seconds(e.at - j.created_at) as seconds_since_created,
  e.interaction_id,
  e.phase_id,
  e.data
from spiderpig.job_event e
join spiderpig.job j on j.id = e.job_id
left join spiderpig.phase p on p.job_id = e.job_id and p.id = e.phase_id
left join lateral (
  select spiderpig.in_short(i.message) as words, i.asked_at
  from spiderpig.interaction i
  where i.id = e.interaction_id
) q on true;
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
  spiderpig.seconds(coalesce(i.ended_at, j.finished_at, now()) - i.asked_at) as waited_seconds,
  a.delivery::text as delivery,
  a.typed_at,
  a.settled_at,
  spiderpig.seconds(a.settled_at - a.answered_at) as delivery_seconds,
  i.reminder_count as reminders,
  first.reminded_at as first_reminded_at,
  i.reminded_at as last_reminded_at,
  spiderpig.seconds(a.answered_at - first.reminded_at) as answered_after_reminder_seconds,
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

create or replace view history.signals as
select
  s.job_id,
  s.id as signal_id,
  s.kind::text as kind,
  case s.kind
    when 'interrupt' then 'SIGINT to the innermost command, so that scap can ask what to do'
    when 'interrupt_group' then 'Ctrl-C, as typed in a terminal'
    when 'terminate' then 'SIGTERM'
    when 'kill' then 'SIGKILL, without clean-up'
  end as meaning,
  s.requested_by,
  s.requested_at,
  s.delivered_at,
  spiderpig.seconds(s.delivered_at - s.requested_at) as delivery_seconds,
  s.process_count,
  j.state::text as job_state,
  j.outcome::text as job_outcome,
  s.interaction_id as expired_interaction_id
from spiderpig.signal s
join spiderpig.job j on j.id = s.job_id;
--> statement-breakpoint

comment on function spiderpig.in_minutes(interval) is 'How long in words: minutes, from two hours on hours.';
comment on column spiderpig.interaction.reminded_at is 'When people were reminded last. Null when they were not.';
comment on column spiderpig.interaction.reminder_count is 'How often people were reminded, because nobody answered.';
comment on column spiderpig.interaction.expires_at is 'When the policy ends it if nobody has answered, as settled when it was asked. Null when it waits for as long as it takes.';
comment on column spiderpig.interaction.expiry_action is 'What the policy sends scap when it expires: interrupt or terminate. Null without a policy.';
comment on column spiderpig.signal.interaction_id is 'The question that expired and that this is meant for; it is sent only while scap still asks that. Null when a person asked.';
--> statement-breakpoint

comment on column spiderpig.signal.requested_by is 'User name of the person who asked, or policy: a question had expired.';
comment on column spiderpig.job_event.actor is 'User name of the person who caused it, or policy: a question had expired. Null when scap or a worker did.';
comment on column history.interactions.reminders is 'How often people were reminded, because nobody answered.';
comment on column history.interactions.first_reminded_at is 'When they were reminded first. Null when they were not.';
comment on column history.interactions.last_reminded_at is 'When they were reminded last. Null when they were not.';
comment on column history.interactions.answered_after_reminder_seconds is 'From the first reminder to the answer. Null without either.';
comment on column history.interactions.expires_at is 'When the policy ends the question if nobody answers. Null when there is no policy.';
comment on column history.interactions.expiry_action is 'What the policy sends scap then: interrupt or terminate. Null when there is no policy.';
comment on column history.signals.expired_interaction_id is 'The question whose expiry asked for it; requested_by is policy then. Null when a person asked.';
comment on column history.signals.requested_by is 'User name of the person who asked, or policy: a question had expired.';
comment on column history.events.actor is 'User name of the person who caused it, or policy: a question had expired. Null when scap or a worker did.';
