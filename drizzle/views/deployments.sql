-- One row for each job: who, what, when, how it ended and how long each part took.
--
-- What is read from other tables is a sub-select of its column or a join that PostgreSQL removes: a query pays only for the
-- columns that it names.

create or replace view history.deployments as
select
  j.id as job_id,
  j.kind,
  j.operation ->> 'name' as operation,
  j.parameters,
  j.lane,
  j.state::text as state,
  j.outcome::text as outcome,
  case j.outcome
    when 'completed' then
      format(
        '%s%s.',
        case j.operation ->> 'evidence'
          when 'exit_code' then 'scap exited with code 0'
          else 'Production was reached'
        end,
        case
          when cardinality(j.ignored_checks) > 0 then format(
            ', with %s ignored by %s',
            case cardinality(j.ignored_checks)
              when 1 then '1 failed check'
              else format('%s failed checks', cardinality(j.ignored_checks))
            end,
            (
              select string_agg(distinct a.answered_by, ' and ')
              from spiderpig.answer a
              where a.interaction_id = any (j.ignored_checks)
            )
          )
          else ''
        end
      )
    when 'nothing_to_deploy' then
      case j.reason_code
        when 'beta_only' then 'The commits concern only the beta cluster.'
        else 'scap found nothing to deploy.'
      end
    when 'prepared' then
      'scap ended before the sync, on purpose.'
    when 'declined' then
      coalesce(
        format('%s answered %s to "%s".', j.decided_by, coalesce('"' || da.text || '"', 'with a secret'), asked.question),
        'A person declined.'
      )
    when 'refused' then
      'scap refused.'
    when 'unclear' then
      'scap exited with code 0, and nothing shows what it did.'
    when 'rolled_back' then
      case when j.reached in ('nowhere', 'merged')
        then 'scap rolled the deployment back: the changes are not in production.'
        else 'scap rolled back only some servers.'
      end
    when 'rollback_failed' then
      'scap could not roll back: servers may run different code.'
    when 'exit_nonzero' then
      format('scap ended with exit code %s.', j.exit_code)
    when 'interrupted' then
      format('scap was interrupted%s%s.', coalesce(' at "' || asked.question || '"', ''), spiderpig.signal_senders(j.id))
    when 'killed' then
      case
        when j.exit_signal > 0 then format('Signal %s ended scap%s.', j.exit_signal, spiderpig.signal_senders(j.id))
        else format('scap was terminated%s.', spiderpig.signal_senders(j.id))
      end
    when 'spawn_failed' then
      format('scap could not be started on %s.', coalesce(j.host, 'its host'))
    when 'cancelled_while_queued' then
      format(
        'Removed from the queue%s; scap never ran.',
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
            '%s did not respond for %s, and %s declared the job lost (%s). How scap ended is unknown.',
            coalesce(j.host, 'its host'),
            spiderpig.duration_text(e.at - (e.data ->> 'unresponsiveSince')::timestamptz),
            e.actor,
            coalesce(e.data ->> 'note', 'no note')
          )
          from spiderpig.job_event e
          where e.job_id = j.id
            and e.kind = 'job_declared_lost'
          limit 1
        ),
        format(
          'The process that held scap''s terminal on %s has died; how scap ended is unknown.',
          coalesce(j.host, 'its host')
        )
      )
  end
  || case
    when j.outcome in ('completed', 'spawn_failed', 'cancelled_while_queued') then ''
    -- Without evidence nothing is stated.
    when j.reached = 'nowhere' and not j.is_approved and j.outcome in (
      'unclear', 'holder_lost', 'rolled_back', 'rollback_failed', 'nothing_to_deploy'
    ) then ''
    else ' ' || spiderpig.reached_text(j.reached, j.reach_is_partial, j.is_approved)
  end
  || coalesce(' scap: ' || j.reason, '')
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
    spiderpig.elapsed(j.created_at, coalesce(j.started_at, j.finished_at, statement_timestamp()))
  ) as queued_seconds,
  spiderpig.seconds(spiderpig.elapsed(j.started_at, coalesce(j.finished_at, statement_timestamp()))) as running_seconds,
  spiderpig.seconds(
    coalesce(j.waited, spiderpig.waited_between(j.id, j.started_at, statement_timestamp()))
  ) as waiting_for_people_seconds,
  spiderpig.seconds(
    spiderpig.elapsed(j.started_at, coalesce(j.finished_at, statement_timestamp()))
    - coalesce(j.waited, spiderpig.waited_between(j.id, j.started_at, statement_timestamp()))
  ) as working_seconds,
  j.exit_code,
  nullif(j.exit_signal, 0) as exit_signal,
  j.host,
  j.retry_of,
  (
    select max(e.job_id)
    from spiderpig.completed_revert e
    where e.reverted_by_job_id = j.id
  ) as reverts_job_id,
  (
    select max(e.reverted_by_job_id)
    from spiderpig.completed_revert e
    where e.job_id = j.id
    having count(distinct e.number) = (select count(*) from spiderpig.change c where c.job_id = j.id)
  ) as reverted_by_job_id,
  j.line_count as lines,
  array_to_string(j.command, ' ') as command,
  j.output_removed_at,
  j.reached::text as reached,
  j.reach_is_partial,
  j.reason,
  j.reason_code::text as reason_code,
  j.decided_by,
  asked.message as decided_at_question,
  coalesce(da.text, ds.kind::text) as decision,
  cardinality(j.ignored_checks) as ignored_checks,
  (
    select string_agg(distinct a.answered_by, ', ')
    from spiderpig.answer a
    where a.interaction_id = any (j.ignored_checks)
  ) as ignored_checks_by,
  j.error_line,
  nullif(array_to_string(j.ended_processes, ', '), '') as ended_processes,
  coalesce(j.responsible, j.requested_by) as responsible,
  j.window_id,
  (
    select string_agg(e.number::text, ', ' order by e.number)
    from (select distinct r.number from spiderpig.completed_revert r where r.job_id = j.id) e
  ) as reverted_changes
from spiderpig.job j
left join spiderpig.answer da on da.interaction_id = j.decisive_interaction_id
left join spiderpig.signal ds on ds.id = j.decisive_signal_id
left join lateral (
  select i.message, spiderpig.shortened(i.message) as question
  from spiderpig.interaction i
  where i.id = j.decisive_interaction_id
) asked on true;

comment on view history.deployments is 'One row for each job, that is, a run of an operation: who, what, when, how it ended and how long each part took.';
comment on column history.deployments.job_id is 'Number of the job, as in the address of its page.';
comment on column history.deployments.kind is 'Its operation: backport, revert, or one that the site has defined.';
comment on column history.deployments.operation is 'The name of the operation, as pages show it.';
comment on column history.deployments.parameters is 'The parameters of the operation by their names; changes by their numbers.';
comment on column history.deployments.lane is 'Jobs of one lane run one at a time.';
comment on column history.deployments.state is 'queued, running, waiting (scap asks something), succeeded, failed, cancelled or lost.';
comment on column history.deployments.outcome is 'Why it ended: completed, nothing_to_deploy, prepared, declined, refused, rolled_back, rollback_failed, exit_nonzero, interrupted, killed, spawn_failed, cancelled_while_queued, holder_lost, unclear. Null until it ended.';
comment on column history.deployments.outcome_reason is 'The outcome as a sentence, with its cause. Null until it ended.';
comment on column history.deployments.requested_by is 'User name of the person who created it.';
comment on column history.deployments.changes is 'Change numbers, separated by comma and space, in the order they were entered.';
comment on column history.deployments.change_count is 'Number of changes.';
comment on column history.deployments.created_at is 'When it was requested and queued.';
comment on column history.deployments.started_at is 'When scap was started. Null while queued, and if it was cancelled in the queue.';
comment on column history.deployments.finished_at is 'When it ended. Null until then.';
comment on column history.deployments.queued_seconds is 'Time in the queue; so far, while it is there.';
comment on column history.deployments.running_seconds is 'Time from start to end; so far, while it runs. Null when it never ran.';
comment on column history.deployments.waiting_for_people_seconds is 'The part of running_seconds in which a question was unanswered, up to the end of scap. Null when it never ran.';
comment on column history.deployments.working_seconds is 'running_seconds minus waiting_for_people_seconds. Null when it never ran.';
comment on column history.deployments.exit_code is 'Exit code of scap. Null while it runs, when it never ran, and when a signal ended it.';
comment on column history.deployments.exit_signal is 'Number of the signal that ended scap. Null when none did.';
comment on column history.deployments.host is 'Host on which scap ran. Null when it never did.';
comment on column history.deployments.retry_of is 'The earlier job whose operation this one repeats. Null when it is no retry.';
comment on column history.deployments.reverts_job_id is 'The earlier job from which this one reverted changes: requested as its revert, or found by a commit message ("This reverts commit …"). The newest, if there are several: view reverted_changes has all. Null unless this job completed and reached production.';
comment on column history.deployments.reverted_by_job_id is 'The job by which all changes of this one were reverted; the newest, if there were several. Null while one of its changes is not reverted.';
comment on column history.deployments.lines is 'Number of lines that scap printed; view log_lines has them.';
comment on column history.deployments.command is 'Subcommand and arguments of scap, for example backport 1234.';
comment on column history.deployments.output_removed_at is 'When the output was removed after its retention period; lines still counts it. Null while it is kept.';
comment on column history.deployments.reached is 'How far the changes came: nowhere, merged, testservers, canaries or production; so far, while it runs. After a rollback: where they still are. A group of servers counts as soon as the sync to it begins.';
comment on column history.deployments.reach_is_partial is 'True when the sync to the servers named by reached was not seen to finish: perhaps only some of them have the changes.';
comment on column history.deployments.reason is 'scap''s own sentence for the outcome. Null until it ended, and where scap gave none.';
comment on column history.deployments.reason_code is 'The meaning of that sentence, where the outcome does not say it: no_commits, beta_only, stopped_before_sync, answered_no, ended_without_rollback, step_interrupted, locked or unhandled_error.';
comment on column history.deployments.decided_by is 'User name of the person whose answer, signal or cancellation ended it, or policy: a question had expired. Null when scap ended without one.';
comment on column history.deployments.decided_at_question is 'The question whose answer ended it, or that was open when a person stopped the job. Null when there was none.';
comment on column history.deployments.decision is 'The text of the answer, or the kind of the signal. Null when there was none.';
comment on column history.deployments.ignored_checks is 'Number of failed checks that people chose to ignore.';
comment on column history.deployments.ignored_checks_by is 'User names of the people who ignored them, separated by comma and space. Null if there are none.';
comment on column history.deployments.error_line is 'Number of the first line in log_lines that reports an error. Null until it ended, and when there is none.';
comment on column history.deployments.ended_processes is 'Names of processes that scap left running and that were ended after it, separated by comma and space. Null when there were none.';
comment on column history.deployments.responsible is 'User name of the person who requested it, or who took it over last.';
comment on column history.deployments.window_id is 'The window for which it was requested; view windows has them. Null when for none.';
comment on column history.deployments.reverted_changes is 'Numbers of its changes that later jobs reverted, separated by comma and space. Null when there are none.';
