-- What happened to a job, one sentence for each row of job_event.

create or replace view history.events as
select
  e.job_id,
  e.seq,
  e.at,
  e.kind,
  e.actor,
  case e.kind
    when 'job_created' then
      format('%s requested: scap %s', coalesce(e.actor, j.requested_by), array_to_string(j.command, ' '))
    when 'job_started' then
      format('Started on %s.', coalesce(e.data ->> 'host', 'a host'))
    when 'job_not_started' then
      format(
        '%s could not start scap: %s The job returned to the queue for another host.%s',
        coalesce(e.data ->> 'host', 'The host'),
        coalesce(e.data ->> 'reason', 'the reason is unknown.'),
        case when (e.data ->> 'isLaneUnbound')::boolean then ' Its lane is bound to no host again.' else '' end
      )
    when 'job_taken_over' then
      'Another worker took the job over; scap keeps running.'
    when 'job_moved' then
      format(
        '%s moved the job in the queue: %s.',
        e.actor,
        coalesce('it starts before job ' || (e.data ->> 'before'), 'it starts last')
      )
    when 'job_responsibility_taken' then
      format('%s took the job over from %s.', e.actor, coalesce(e.data ->> 'from', 'another person'))
    when 'job_cancelled' then
      format('Removed from the queue by %s.', coalesce(e.actor, 'an unknown user'))
    when 'policy_overridden' then
      format('%s overrode the policy: %s', e.actor, coalesce(e.data ->> 'reason', 'no reason'))
    when 'job_held' then
      format('Held until an admin releases the job: %s', coalesce(e.data ->> 'reason', 'no reason'))
    when 'job_hold_released' then
      format('%s released the job: it starts when its turn comes.', e.actor)
    when 'job_finished' then
      format(
        'Ended: %s (%s).%s',
        coalesce(e.data ->> 'state', 'unknown state'),
        replace(coalesce(e.data ->> 'outcome', 'unknown outcome'), '_', ' '),
        coalesce(' ' || (e.data ->> 'detail'), '')
      )
    when 'job_declared_lost' then
      format(
        '%s declared the job lost, because %s did not respond%s: %s',
        e.actor,
        coalesce(e.data ->> 'host', 'its host'),
        coalesce(' for ' || spiderpig.duration_text(e.at - (e.data ->> 'unresponsiveSince')::timestamptz), ''),
        coalesce(e.data ->> 'note', 'no note')
      )
    when 'interaction_asked' then
      format('scap asks: %s', q.question)
    when 'interaction_reminded' then
      format(
        'No answer%s: %s%s',
        coalesce(' for ' || spiderpig.duration_text(e.at - q.asked_at), ''),
        q.question,
        coalesce(' (reminder ' || (e.data ->> 'reminder') || ')', '')
      )
    when 'interaction_expired' then
      format(
        'Expired without an answer%s; the policy is to %s: %s',
        coalesce(' (' || spiderpig.duration_text(e.at - q.asked_at) || ')', ''),
        spiderpig.signal_text(e.data ->> 'action'),
        q.question
      )
    when 'interaction_withdrawn' then
      format('scap no longer asks: %s%s', q.question, coalesce(' (' || (e.data ->> 'why') || ')', ''))
    when 'answer_given' then
      format(
        '%s answered %s to: %s',
        e.actor,
        coalesce('"' || (e.data ->> 'text') || '"', 'with a secret'),
        q.question
      )
    when 'answer_settled' then
      case e.data ->> 'delivery'
        when 'consumed' then 'scap read the answer.'
        when 'not_consumed' then 'scap did not read the answer; it was removed from the terminal.'
        when 'undelivered' then 'The answer was not typed: scap no longer waited for it.'
        else format('Result of the answer: %s.', coalesce(e.data ->> 'delivery', 'unknown'))
      end
      || coalesce(' (' || (e.data ->> 'why') || ')', '')
    when 'signal_requested' then
      format(
        '%s asked to %s.',
        case when e.data ? 'expiredInteractionId' then 'The policy for unanswered questions' else e.actor end,
        spiderpig.signal_text(e.data ->> 'signal')
      )
    when 'signal_delivered' then
      format(
        'The request to %s reached %s.',
        spiderpig.signal_text(e.data ->> 'signal'),
        case e.data ->> 'processCount'
          when '0' then 'no process: ' || coalesce(e.data ->> 'why', 'none was left')
          when '1' then '1 process'
          else format('%s processes', coalesce(e.data ->> 'processCount', 'some'))
        end
      )
    when 'phase_started' then
      format('Started %s', coalesce(p.name, 'a phase'))
    when 'phase_finished' then
      format('Finished %s', coalesce(p.name, 'a phase'))
      || coalesce(' (' || round(extract(epoch from p.finished_at - p.started_at), 1) || ' s)', '')
    when 'reach_changed' then
      coalesce(
        spiderpig.reached_text(
          (e.data ->> 'reached')::spiderpig.reached,
          (e.data ->> 'isPartial')::boolean,
          (e.data ->> 'isApproved')::boolean
        ),
        'How far the changes came has changed.'
      )
    when 'lane_bound' then
      format('From now on, only %s starts jobs of the lane %s.', coalesce(e.data ->> 'host', 'its host'), j.lane)
    when 'lane_released' then
      format('%s confirmed the state of the deployment: %s', e.actor, coalesce(e.data ->> 'note', 'no note'))
    when 'revert_requested' then
      format('%s requested job %s, which reverts this one.', e.actor, coalesce(e.data ->> 'jobId', 'unknown'))
    when 'holder_found_running' then
      format(
        'scap is still running on %s (process %s), although the job was declared lost: its questions cannot be answered, and its output is not stored.',
        coalesce(e.data ->> 'host', 'its host'),
        coalesce(e.data ->> 'pid', 'unknown')
      )
    when 'sensitive_lines_shown' then
      format('%s viewed the sensitive lines of the log.', e.actor)
    when 'output_removed' then
      format('The output was removed after its retention period%s.', coalesce(' of ' || (e.data ->> 'days') || ' days', ''))
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
  select spiderpig.shortened(i.message) as question, i.asked_at
  from spiderpig.interaction i
  where i.id = e.interaction_id
) q on true;

comment on view history.events is 'Everything that happened to a job, in order, as sentences.';
comment on column history.events.job_id is 'Number of the job.';
comment on column history.events.seq is '1 for the creation of the job; the order of the commits.';
comment on column history.events.at is 'When it happened.';
comment on column history.events.kind is 'Kind of the event.';
comment on column history.events.actor is 'User name of the person who caused it, or policy: a question had expired. Null when scap or a worker did.';
comment on column history.events.what is 'What happened, in a sentence.';
comment on column history.events.seconds_since_created is 'Time since the job was requested.';
comment on column history.events.interaction_id is 'The question it is about. Null when it is about none.';
comment on column history.events.phase_id is 'The phase it is about. Null when it is about none.';
comment on column history.events.data is 'Details, by kind.';
