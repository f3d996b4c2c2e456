-- Old code: may go on running.
-- Output may be removed by a rule (OUTPUT_RETENTION_DAYS); the job says since when it is gone.
--
-- Why now: output was kept for ever, and rows that somebody deletes by hand leave a log that looks as if scap had printed
--   nothing.
-- Locks: access exclusive on job while the column is added and the CHECK reads what there is; share while the index is
--   made, some ten milliseconds for a hundred thousand jobs. Undo: drop the column, and put the views back as they were.

ALTER TABLE "spiderpig"."job" ADD COLUMN "output_removed_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "job_with_output" ON "spiderpig"."job" USING btree ("finished_at") WHERE "spiderpig"."job"."output_removed_at" is null and "spiderpig"."job"."finished_at" is not null;--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD CONSTRAINT "live_keeps_its_output" CHECK ("spiderpig"."job"."output_removed_at" is null or "spiderpig"."job"."finished_at" is not null);
--> statement-breakpoint

create trigger output_is_removed_once
before update on spiderpig.job
for each row
when (old.output_removed_at is not null and old.output_removed_at is distinct from new.output_removed_at)
execute function spiderpig.refuse('output_is_removed_once', 'output that was removed does not come back');
--> statement-breakpoint

comment on column spiderpig.job.output_removed_at is 'When the retention rule removed what scap printed: from then on its rows in output_chunk and sensitive_line are gone, or about to go. line_count and output_bytes still say how much there was. Null as long as it is kept.';
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
  array_to_string(j.command, ' ') as command,
  j.output_removed_at
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
    when 'output_removed' then
      format('What scap printed was removed by the retention rule%s.', coalesce(' of ' || (e.data ->> 'days') || ' days', ''))
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

comment on column history.deployments.output_removed_at is 'When what scap printed was removed by the retention rule; lines still counts it. Null as long as it is kept.';
