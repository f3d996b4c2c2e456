-- Rules that a CHECK cannot express: the database itself refuses illegal transitions, changed answers and deleted
-- history, whichever program writes. A refusal is a check_violation (23514) with the name of the rule as its constraint.
--
-- Applied again, as a whole, whenever one of these files has changed (lib/migrate/migrate.ts). It removes every trigger first,
-- so that a rule that was removed here is also removed from the database.

do $$
declare
  statement text;
begin
  for statement in
    select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'spiderpig'::regnamespace and not t.tgisinternal
    order by c.relname, t.tgname
  loop
    execute statement;
  end loop;
end;
$$;

-- The permitted transitions. JOB_TRANSITIONS, and the stored transitions of INTERACTION_TRANSITIONS, in lib/domain; a test compares them.

delete from spiderpig.job_transition;
insert into spiderpig.job_transition
  (from_state, to_state)
values
  ('queued', 'running'),
  ('queued', 'cancelled'),
  ('running', 'queued'),
  ('running', 'waiting'),
  ('running', 'succeeded'),
  ('running', 'failed'),
  ('running', 'cancelled'),
  ('running', 'lost'),
  ('waiting', 'running'),
  ('waiting', 'succeeded'),
  ('waiting', 'failed'),
  ('waiting', 'cancelled'),
  ('waiting', 'lost');

delete from spiderpig.interaction_transition;
insert into spiderpig.interaction_transition
  (from_state, to_state)
values
  ('pending', 'answered'),
  ('pending', 'withdrawn'),
  ('pending', 'expired');

-- The WHEN of a trigger is the forbidden case, so a permitted write pays one comparison and no function call, and \d
-- shows the rule in full. Triggers fire in the order of their names: legal_* comes before the rules that an illegal
-- transition would violate as well, so that the refusal names the actual reason.

-- job

create trigger job_begins_queued
before insert on spiderpig.job
for each row
when (new.state <> 'queued')
execute function spiderpig.refuse('job_begins_queued', 'a new job is queued');

create trigger legal_job_transition
before update on spiderpig.job
for each row
when (old.state <> new.state and not spiderpig.is_job_transition(old.state, new.state))
execute function spiderpig.refuse('legal_job_transition', 'this transition of a job is not permitted');

create trigger request_is_written_once
before update on spiderpig.job
for each row
when (
  old.id <> new.id
  or old.kind <> new.kind
  or old.lane <> new.lane
  or old.requested_by <> new.requested_by
  or old.command <> new.command
  or old.operation <> new.operation
  or old.parameters <> new.parameters
  or old.retry_of is distinct from new.retry_of
  or old.idempotency_key is distinct from new.idempotency_key
  or old.traceparent is distinct from new.traceparent
  or old.window_id is distinct from new.window_id
  or (old.queue_rank <> new.queue_rank and old.state <> 'queued')
  or old.created_at <> new.created_at
)
execute function spiderpig.refuse('request_is_written_once', 'the request of a job cannot be changed');

create trigger start_is_written_once
before update on spiderpig.job
for each row
when (
  old.started_at is distinct from new.started_at
  and old.started_at is not null
  and new.state <> 'queued'
)
execute function spiderpig.refuse('start_is_written_once', 'a job starts once');

-- Without the host in failed_starts, the same host would try again and again.
create trigger only_a_failed_start_is_queued_again
before update on spiderpig.job
for each row
when (
  old.state <> 'queued'
  and new.state = 'queued'
  and (
    jsonb_array_length(new.failed_starts) <= jsonb_array_length(old.failed_starts)
    or new.output_bytes > 0
  )
)
execute function spiderpig.refuse('only_a_failed_start_is_queued_again', 'a job returns to the queue only if its host could not start it');

create trigger outcome_is_written_once
before update on spiderpig.job
for each row
when (
  old.finished_at is not null
  and (
    old.finished_at is distinct from new.finished_at
    or old.outcome is distinct from new.outcome
    or old.exit_code is distinct from new.exit_code
    or old.exit_signal is distinct from new.exit_signal
    or old.reached <> new.reached
    or old.reach_is_partial <> new.reach_is_partial
    or old.is_approved <> new.is_approved
    or old.reason is distinct from new.reason
    or old.reason_code is distinct from new.reason_code
    or old.error_line is distinct from new.error_line
    or old.decided_by is distinct from new.decided_by
    or old.decisive_interaction_id is distinct from new.decisive_interaction_id
    or old.decisive_signal_id is distinct from new.decisive_signal_id
    or old.ignored_checks <> new.ignored_checks
    or old.ended_processes <> new.ended_processes
  )
)
execute function spiderpig.refuse('outcome_is_written_once', 'the outcome of a job cannot be changed');

create trigger release_is_written_once
before update on spiderpig.job
for each row
when (
  old.lane_released_at is not null
  and (
    old.lane_released_at is distinct from new.lane_released_at
    or old.lane_released_by is distinct from new.lane_released_by
  )
)
execute function spiderpig.refuse('release_is_written_once', 'the release of a lane cannot be undone');

create trigger policy_override_is_written_once
before update on spiderpig.job
for each row
when (old.policy_override is not null and old.policy_override is distinct from new.policy_override)
execute function spiderpig.refuse('policy_override_is_written_once', 'the override of a policy cannot be undone');

-- A worker that lost its lease must not regain it by writing an old number.
create trigger numbers_only_grow
before update on spiderpig.job
for each row
when (old.lease_epoch > new.lease_epoch or old.event_seq > new.event_seq)
execute function spiderpig.refuse('numbers_only_grow', 'the epoch of the lease and the number of events only grow');

create trigger output_is_removed_once
before update on spiderpig.job
for each row
when (old.output_removed_at is not null and old.output_removed_at is distinct from new.output_removed_at)
execute function spiderpig.refuse('output_is_removed_once', 'the removal of output cannot be undone');

-- interaction

create trigger interaction_begins_pending
before insert on spiderpig.interaction
for each row
when (new.state <> 'pending')
execute function spiderpig.refuse('interaction_begins_pending', 'a new interaction is pending');

create trigger legal_interaction_transition
before update on spiderpig.interaction
for each row
when (old.state <> new.state and not spiderpig.is_interaction_transition(old.state, new.state))
execute function spiderpig.refuse('legal_interaction_transition', 'this transition of an interaction is not permitted');

create trigger question_is_written_once
before update on spiderpig.interaction
for each row
when (
  old.id <> new.id
  or old.job_id <> new.job_id
  or old.prompt_key <> new.prompt_key
  or old.kind <> new.kind
  or old.message <> new.message
  or old.options <> new.options
  or old.default_value is distinct from new.default_value
  or old.recognised <> new.recognised
  or old.complaint is distinct from new.complaint
  or old.asked_at <> new.asked_at
  or old.line <> new.line
  or (old.ended_at is not null and old.ended_at is distinct from new.ended_at)
)
execute function spiderpig.refuse('question_is_written_once', 'a question cannot be changed; another question is another row');

create constraint trigger answered_iff_answer_exists
after update on spiderpig.interaction
deferrable initially deferred
for each row
when (old.state <> new.state)
execute function spiderpig.refuse_unmatched_answer();

create trigger expiry_is_written_once
before update on spiderpig.interaction
for each row
when (
  old.expires_at is distinct from new.expires_at
  or old.expiry_action is distinct from new.expiry_action
)
execute function spiderpig.refuse('expiry_is_written_once', 'the expiry of a question cannot be changed');

create trigger reminders_only_grow
before update on spiderpig.interaction
for each row
when (old.reminder_count > new.reminder_count or old.reminded_at > new.reminded_at)
execute function spiderpig.refuse('reminders_only_grow', 'reminders cannot be undone');

create trigger only_pending_is_reminded
before update on spiderpig.interaction
for each row
when (old.state <> 'pending' and old.reminder_count < new.reminder_count)
execute function spiderpig.refuse('only_pending_is_reminded', 'only a pending question has reminders');

create trigger expires_by_policy_only
before update on spiderpig.interaction
for each row
when (old.state = 'pending' and new.state = 'expired' and old.expires_at is null)
execute function spiderpig.refuse('expires_by_policy_only', 'a question expires only if a policy says so');

-- answer

create trigger answer_has_a_value
before insert on spiderpig.answer
for each row
when ((new.value is null or new.text is null) and not spiderpig.asks_for_secret(new.interaction_id))
execute function spiderpig.refuse('answer_has_a_value', 'only the answer to a secret question is stored without its value');

create trigger secret_is_not_stored
before insert on spiderpig.answer
for each row
when ((new.value is not null or new.text is not null) and spiderpig.asks_for_secret(new.interaction_id))
execute function spiderpig.refuse('secret_is_not_stored', 'the answer to a secret question is not stored');

create trigger answer_is_written_once
before update on spiderpig.answer
for each row
when (
  old.interaction_id <> new.interaction_id
  or old.value is distinct from new.value
  or old.text is distinct from new.text
  or old.answered_by <> new.answered_by
  or old.answered_at <> new.answered_at
)
execute function spiderpig.refuse('answer_is_written_once', 'an answer cannot be changed');

create trigger answer_is_settled_once
before update on spiderpig.answer
for each row
when (
  (old.settled_at is not null and old.settled_at is distinct from new.settled_at)
  or (old.settled_at is not null and old.delivery <> new.delivery)
)
execute function spiderpig.refuse('answer_is_settled_once', 'the result of an answer cannot be changed');

create constraint trigger answered_iff_answer_exists
after insert on spiderpig.answer
deferrable initially deferred
for each row
execute function spiderpig.refuse_unmatched_answer();

-- change

create trigger change_is_written_once
before update on spiderpig.change
for each row
when (
  (
    old.job_id, old.position, old.number, old.patch_set, old.project, old.branch, old.subject, old.owner, old.url
  ) is distinct from (
    new.job_id, new.position, new.number, new.patch_set, new.project, new.branch, new.subject, new.owner, new.url
  )
  or (old.merged_patch_set is not null and old.merged_patch_set is distinct from new.merged_patch_set)
)
execute function spiderpig.refuse('change_is_written_once', 'the changes of a job cannot be changed');

create trigger reverted_change_is_written_once
before update on spiderpig.reverted_change
for each row
execute function spiderpig.refuse('reverted_change_is_written_once', 'what a job reverts cannot be changed');

-- signal

create trigger signal_is_written_once
before update on spiderpig.signal
for each row
when (
  old.id <> new.id
  or old.job_id <> new.job_id
  or old.kind <> new.kind
  or old.requested_by <> new.requested_by
  or old.requested_at <> new.requested_at
  or (old.delivered_at is not null and old.delivered_at is distinct from new.delivered_at)
  or (old.process_count is not null and old.process_count is distinct from new.process_count)
)
execute function spiderpig.refuse('signal_is_written_once', 'a signal cannot be changed');

create trigger signal_keeps_its_cause
before update on spiderpig.signal
for each row
when (old.interaction_id is distinct from new.interaction_id)
execute function spiderpig.refuse('signal_keeps_its_cause', 'the cause of a signal cannot be changed');

-- phase

create trigger phase_is_written_once
before update on spiderpig.phase
for each row
when (
  old.job_id <> new.job_id
  or old.id <> new.id
  or old.name <> new.name
  or old.depth <> new.depth
  or old.started_at <> new.started_at
  or old.first_line <> new.first_line
  or old.estimate_key <> new.estimate_key
  or old.occurrence <> new.occurrence
  or old.usual is distinct from new.usual
  or (old.finished_at is not null and old.finished_at is distinct from new.finished_at)
  or (old.last_line is not null and old.last_line is distinct from new.last_line)
)
execute function spiderpig.refuse('phase_is_written_once', 'a phase starts once and finishes once');

-- job_event

create trigger event_is_written_once
before update on spiderpig.job_event
for each row
execute function spiderpig.refuse('event_is_written_once', 'an event cannot be changed');

-- lane_freeze

create trigger freeze_is_written_once
before update on spiderpig.lane_freeze
for each row
when (
  old.id <> new.id
  or old.lane <> new.lane
  or old.reason <> new.reason
  or old.frozen_by <> new.frozen_by
  or old.frozen_at <> new.frozen_at
  or old.until is distinct from new.until
  or (old.lifted_at is not null and old.lifted_at is distinct from new.lifted_at)
  or (old.lifted_by is not null and old.lifted_by is distinct from new.lifted_by)
)
execute function spiderpig.refuse('freeze_is_written_once', 'a freeze is lifted once and cannot be changed');

-- window_event, window_item

create trigger window_event_is_written_once
before update on spiderpig.window_event
for each row
execute function spiderpig.refuse('event_is_written_once', 'an event cannot be changed');

create trigger window_item_is_written_once
before update on spiderpig.window_item
for each row
when (
  old.id <> new.id
  or old.window_id <> new.window_id
  or old.number <> new.number
  or old.project <> new.project
  or old.added_by <> new.added_by
  or old.added_at <> new.added_at
  or (old.removed_at is not null and old.removed_at is distinct from new.removed_at)
)
execute function spiderpig.refuse('window_item_is_written_once', 'a change of a window is added once and removed once');

-- train_state, train_job_state

create trigger train_state_is_written_once
before update on spiderpig.train_state
for each row
execute function spiderpig.refuse('train_state_is_written_once', 'a state of the train cannot be changed');

create trigger train_job_state_is_written_once
before update on spiderpig.train_job_state
for each row
execute function spiderpig.refuse('train_job_state_is_written_once', 'the train of a job cannot be changed');

-- audit_event

create trigger audit_is_written_once
before update on spiderpig.audit_event
for each row
execute function spiderpig.refuse('audit_is_written_once', 'an audit event cannot be changed');

-- History is never deleted. The tables of output (output_chunk, log_block, log_tail, sensitive_line) are not listed: their
-- rows are deleted after their retention.
do $$
declare
  kept text;
begin
  foreach kept in array array[
    'job', 'change', 'reverted_change', 'interaction', 'answer', 'signal', 'phase', 'job_event', 'lane_freeze', 'audit_event',
    'window_series', 'deployment_window', 'window_item', 'window_event', 'train_state', 'train_job_state'
  ] loop
    execute format(
      'create trigger history_is_kept before delete on spiderpig.%I for each row '
      'execute function spiderpig.refuse(''history_is_kept'', ''history is never deleted'')',
      kept
    );
    execute format(
      'create trigger history_is_kept_whole before truncate on spiderpig.%I for each statement '
      'execute function spiderpig.refuse(''history_is_kept'', ''history is never deleted'')',
      kept
    );
  end loop;
end;
$$;
