-- Old code: may go on running.
-- The words for a job whose host stays silent and which an admin declares lost, and for scap found still running there.
--
-- Why now: such a job stayed running, and kept its lane, for ever; now somebody may end it, and the history has to say in
--   sentences who did and why.
-- Locks: access exclusive on the two views for the moment of their replacement. Undo: put the views back as they were.

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
    when 'job_declared_lost' then
      format(
        '%s declared the job lost, because nothing was heard of %s%s: %s',
        e.actor,
        coalesce(e.data ->> 'host', 'its host'),
        coalesce(' for ' || spiderpig.in_minutes(e.at - (e.data ->> 'silentSince')::timestamptz), ''),
        coalesce(e.data ->> 'note', 'no words')
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
    when 'holder_found_running' then
      format(
        'scap still runs on %s (process %s), although the job counts as lost: nobody answers it, and what it prints is not stored.',
        coalesce(e.data ->> 'host', 'its host'),
        coalesce(e.data ->> 'pid', 'unknown')
      )
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

comment on type spiderpig.outcome is
  'Why a job ended. completed: scap deployed everything. nothing_to_deploy: scap found nothing to do. declined: a deployer said no and scap ended well. rolled_back: scap undid the deployment. rollback_failed: scap could not undo it. exit_nonzero: scap ended with an error. interrupted: Ctrl-C. killed: a signal ended scap. spawn_failed: scap could not be started. cancelled_while_queued: taken out of the queue, scap never ran. holder_lost: the process that held the terminal is gone, or its host was silent and an admin declared the job lost; nobody knows how scap ended.';
