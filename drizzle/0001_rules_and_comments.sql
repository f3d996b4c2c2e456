-- Old code: may go on running.
-- The rules that a CHECK cannot hold, and the manual that \d+ prints.
--
-- Why now: 0000 says what a row may look like; it cannot say which row may follow which. From here on the
--   database itself refuses an illegal move, a rewritten answer and a deleted past, whichever program asks.
-- Locks: share row exclusive on each table while its trigger is made (writers wait, readers do not); comments
--   take share update exclusive. All are held to the end of the migration, some milliseconds.
-- Safe with old code running: yes, unless that code does what the rules forbid; it then gets check_violation
--   (23514) with the name of the rule as the constraint.
-- Undo: drop function spiderpig.refuse(), spiderpig.refuse_unmatched_answer() cascade; delete from the two
--   *_move tables. Comments harm nobody.

-- Which state may follow which. Made from JOB_MOVES and INTERACTION_MOVES of lib/domain; a test compares.

insert into spiderpig.job_move
  (from_state, to_state)
values
  ('queued', 'running'),
  ('queued', 'cancelled'),
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
--> statement-breakpoint

insert into spiderpig.interaction_move
  (from_state, to_state)
values
  ('pending', 'answered'),
  ('pending', 'withdrawn'),
  ('pending', 'expired');
--> statement-breakpoint

-- The rules. Each is a trigger whose WHEN is the forbidden case, so a permitted write pays one comparison and no
-- function call, and \d shows the rule in full. Triggers fire in the order of their names: legal_* comes before
-- the rules that an illegal move would break as well, so that the refusal names the real fault.

create function spiderpig.is_job_move(from_state spiderpig.job_state, to_state spiderpig.job_state)
returns boolean
language sql
stable
begin atomic
  select exists (
    select
    from spiderpig.job_move m
    where m.from_state = is_job_move.from_state
      and m.to_state = is_job_move.to_state
  );
end;
--> statement-breakpoint

create function spiderpig.is_interaction_move(
  from_state spiderpig.interaction_state,
  to_state spiderpig.interaction_state
)
returns boolean
language sql
stable
begin atomic
  select exists (
    select
    from spiderpig.interaction_move m
    where m.from_state = is_interaction_move.from_state
      and m.to_state = is_interaction_move.to_state
  );
end;
--> statement-breakpoint

create function spiderpig.asks_for_secret(interaction_id integer)
returns boolean
language sql
stable
begin atomic
  select exists (
    select
    from spiderpig.interaction i
    where i.id = asks_for_secret.interaction_id
      and i.kind = 'secret'
  );
end;
--> statement-breakpoint

-- Only keys and states go into the message: a refused row may hold what somebody typed.
create function spiderpig.refuse()
returns trigger
language plpgsql
as $$
declare
  was jsonb := to_jsonb(old);
  is_now jsonb := to_jsonb(new);
begin
  raise exception using
    errcode = 'check_violation',
    schema = tg_table_schema,
    table = tg_table_name,
    constraint = tg_argv[0],
    message = tg_argv[1],
    detail = format(
      '%s %s of %s%s.',
      lower(tg_op),
      case tg_level when 'ROW' then 'of a row' else 'of everything' end,
      tg_table_name,
      (
        select string_agg(format(', %s: %s', k, concat_ws(' -> ', was ->> k, nullif(is_now ->> k, was ->> k))), '')
        from unnest(array['job_id', 'id', 'interaction_id', 'seq', 'position', 'state', 'delivery']) as k
        where coalesce(was, is_now) ? k
      )
    );
end;
$$;
--> statement-breakpoint

-- job: states

create trigger job_begins_queued
before insert on spiderpig.job
for each row
when (new.state <> 'queued')
execute function spiderpig.refuse('job_begins_queued', 'a job begins in the queue');
--> statement-breakpoint

create trigger legal_job_move
before update on spiderpig.job
for each row
when (old.state <> new.state and not spiderpig.is_job_move(old.state, new.state))
execute function spiderpig.refuse('legal_job_move', 'a job may not go from that state to this one');
--> statement-breakpoint

-- job: what is written once

create trigger request_is_written_once
before update on spiderpig.job
for each row
when (
  old.id <> new.id
  or old.kind <> new.kind
  or old.lane <> new.lane
  or old.requested_by <> new.requested_by
  or old.command <> new.command
  or old.retry_of is distinct from new.retry_of
  or old.idempotency_key is distinct from new.idempotency_key
  or old.created_at <> new.created_at
)
execute function spiderpig.refuse('request_is_written_once', 'what was requested, by whom and when, stays as it was written');
--> statement-breakpoint

create trigger start_is_written_once
before update on spiderpig.job
for each row
when (old.started_at is distinct from new.started_at and old.started_at is not null)
execute function spiderpig.refuse('start_is_written_once', 'a job starts once');
--> statement-breakpoint

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
  )
)
execute function spiderpig.refuse('outcome_is_written_once', 'how a job ended stays as it was written');
--> statement-breakpoint

create trigger release_is_written_once
before update on spiderpig.job
for each row
when (old.lane_released_at is not null and old.lane_released_at is distinct from new.lane_released_at)
execute function spiderpig.refuse('release_is_written_once', 'a released lane is not taken back');
--> statement-breakpoint

-- A worker that lost its lease must not win it back by writing an old number.
create trigger numbers_only_grow
before update on spiderpig.job
for each row
when (old.lease_epoch > new.lease_epoch or old.event_seq > new.event_seq)
execute function spiderpig.refuse('numbers_only_grow', 'the epoch of the lease and the number of events only grow');
--> statement-breakpoint

-- interaction and answer

create trigger interaction_begins_pending
before insert on spiderpig.interaction
for each row
when (new.state <> 'pending')
execute function spiderpig.refuse('interaction_begins_pending', 'an interaction begins pending');
--> statement-breakpoint

create trigger legal_interaction_move
before update on spiderpig.interaction
for each row
when (old.state <> new.state and not spiderpig.is_interaction_move(old.state, new.state))
execute function spiderpig.refuse('legal_interaction_move', 'an interaction may not go from that state to this one');
--> statement-breakpoint

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
  or (old.ended_at is not null and old.ended_at is distinct from new.ended_at)
)
execute function spiderpig.refuse('question_is_written_once', 'what was asked and when stays as it was written; another question is another row');
--> statement-breakpoint

create trigger answer_has_a_value
before insert on spiderpig.answer
for each row
when ((new.value is null or new.text is null) and not spiderpig.asks_for_secret(new.interaction_id))
execute function spiderpig.refuse('answer_has_a_value', 'only the answer to a secret question is stored without its value');
--> statement-breakpoint

create trigger secret_is_not_stored
before insert on spiderpig.answer
for each row
when ((new.value is not null or new.text is not null) and spiderpig.asks_for_secret(new.interaction_id))
execute function spiderpig.refuse('secret_is_not_stored', 'the answer to a secret question is not stored');
--> statement-breakpoint

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
execute function spiderpig.refuse('answer_is_written_once', 'what was answered, by whom and when, stays as it was written');
--> statement-breakpoint

create trigger answer_is_typed_once
before update on spiderpig.answer
for each row
when (
  (old.typed_at is not null and old.typed_at is distinct from new.typed_at)
  or (old.settled_at is not null and old.settled_at is distinct from new.settled_at)
  or (old.settled_at is not null and old.delivery <> new.delivery)
)
execute function spiderpig.refuse('answer_is_typed_once', 'an answer is typed once, and what became of it stays as it was written');
--> statement-breakpoint

-- Two rows of one fact. Judged at commit, so that a transaction may write them in either order.
create function spiderpig.refuse_unmatched_answer()
returns trigger
language plpgsql
as $$
declare
  the_id integer := case tg_table_name when 'answer' then to_jsonb(new) ->> 'interaction_id' else to_jsonb(new) ->> 'id' end;
  is_answered boolean := (select i.state = 'answered' from spiderpig.interaction i where i.id = the_id);
  has_answer boolean := exists (select from spiderpig.answer a where a.interaction_id = the_id);
begin
  if is_answered = has_answer then
    return null;
  end if;
  raise exception using
    errcode = 'check_violation',
    schema = 'spiderpig',
    table = tg_table_name,
    constraint = 'answered_iff_answer_exists',
    message = 'an interaction is answered exactly when there is an answer to it',
    detail = format('interaction %s', the_id);
end;
$$;
--> statement-breakpoint

create constraint trigger answered_iff_answer_exists
after insert on spiderpig.answer
deferrable initially deferred
for each row
execute function spiderpig.refuse_unmatched_answer();
--> statement-breakpoint

create constraint trigger answered_iff_answer_exists
after update on spiderpig.interaction
deferrable initially deferred
for each row
when (old.state <> new.state)
execute function spiderpig.refuse_unmatched_answer();
--> statement-breakpoint

-- change, signal, phase, job_event

create trigger change_is_written_once
before update on spiderpig.change
for each row
when (old.job_id <> new.job_id or old.position <> new.position or old.number <> new.number)
execute function spiderpig.refuse('change_is_written_once', 'which changes a job deploys stays as it was written');
--> statement-breakpoint

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
execute function spiderpig.refuse('signal_is_written_once', 'who asked for a signal and when it was delivered stays as it was written');
--> statement-breakpoint

create trigger phase_is_written_once
before update on spiderpig.phase
for each row
when (
  old.job_id <> new.job_id
  or old.id <> new.id
  or old.name <> new.name
  or old.depth <> new.depth
  or old.started_at <> new.started_at
  or (old.finished_at is not null and old.finished_at is distinct from new.finished_at)
)
execute function spiderpig.refuse('phase_is_written_once', 'a phase starts once and finishes once');
--> statement-breakpoint

create trigger event_is_written_once
before update on spiderpig.job_event
for each row
execute function spiderpig.refuse('event_is_written_once', 'an event stays as it was written');
--> statement-breakpoint

-- Nothing of the past goes away. output_chunk is not listed: its retention is the one deletion there is.
do $$
declare
  kept text;
begin
  foreach kept in array array['job', 'change', 'interaction', 'answer', 'signal', 'phase', 'job_event'] loop
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
--> statement-breakpoint

-- The manual. Times are timestamptz; "null while" says what a null means.

comment on schema spiderpig is
  'SpiderPig''s own tables, written by its web and worker processes. People read the views of schema history instead: their names are stable, these are not.';
--> statement-breakpoint

comment on type spiderpig.job_kind is
  'Which scap command a job runs. backport: scap backport <change numbers>.';
comment on type spiderpig.job_state is
  'Where a job is. queued: in its lane''s queue. running: scap runs or is being started. waiting: scap runs and asks something. succeeded, failed, cancelled, lost: ended, see outcome. Legal moves: table job_move.';
comment on type spiderpig.outcome is
  'Why a job ended. completed: scap deployed everything. nothing_to_deploy: scap found nothing to do. declined: a deployer said no and scap ended well. rolled_back: scap undid the deployment. rollback_failed: scap could not undo it. exit_nonzero: scap ended with an error. interrupted: Ctrl-C. killed: a signal ended scap. spawn_failed: scap could not be started. cancelled_while_queued: taken out of the queue, scap never ran. holder_lost: the process that held the terminal is gone and nobody knows how scap ended.';
comment on type spiderpig.interaction_kind is
  'What sort of answer a question takes. yes_no: true or false. choices: one of scap''s keys. acknowledge: go on (a pager, "press any key"). text: a line. secret: a line that is never stored.';
comment on type spiderpig.interaction_state is
  'pending: scap waits. answered: there is a row in answer. withdrawn: scap moved on or ended without an answer. expired: nobody answered in time. Legal moves: table interaction_move.';
comment on type spiderpig.delivery_state is
  'What became of an answer. accepted: stored, not typed yet. typed: written to the terminal. consumed: scap read it. not_consumed: written, but scap did not read it in time and it was taken back. undelivered: the question was gone before it could be typed.';
comment on type spiderpig.signal_kind is
  'What people may ask of a running job. interrupt: SIGINT to the innermost command, so that scap can ask what to do. interrupt_group: Ctrl-C as typed in a terminal. terminate: SIGTERM. kill: SIGKILL, no clean-up.';
--> statement-breakpoint

comment on table spiderpig.worker is
  'One row a start of a worker process, kept after its end. Written by that worker only.';
comment on column spiderpig.worker.id is 'Chosen anew at each start of the process.';
comment on column spiderpig.worker.host is 'Name of the host (setting WORKER_HOST); workers of one host take over each other''s jobs.';
comment on column spiderpig.worker.pid is 'Process id on that host.';
comment on column spiderpig.worker.version is 'Version of SpiderPig that it runs.';
comment on column spiderpig.worker.started_at is 'When the process started.';
comment on column spiderpig.worker.seen_at is 'Its latest sign of life; renewed every few seconds.';
comment on column spiderpig.worker.stopped_at is 'When it stopped in good order; null while it runs, and for ever when it died.';
--> statement-breakpoint

comment on table spiderpig.job is
  'One run of a scap command. Inserted by web as queued, then moved by workers (and by web, to cancel a queued one), always by an update that names the state it expects to leave. Never deleted.';
comment on column spiderpig.job.id is 'The number people say aloud.';
comment on column spiderpig.job.kind is 'Which scap command.';
comment on column spiderpig.job.lane is 'Jobs of one lane run one at a time, in the order of their ids.';
comment on column spiderpig.job.state is 'Where the job is now; how it came there is in job_event.';
comment on column spiderpig.job.outcome is 'Why it ended; null until then. Written once, by who ended it.';
comment on column spiderpig.job.requested_by is 'User name of the person who created it.';
comment on column spiderpig.job.command is 'Subcommand and arguments, as they are appended to the setting SCAP_COMMAND.';
comment on column spiderpig.job.retry_of is 'The earlier job whose changes this one deploys again; null when it is no retry.';
comment on column spiderpig.job.idempotency_key is 'The client''s Idempotency-Key, so that a repeated request finds this job; null when none was sent.';
comment on column spiderpig.job.created_at is 'When it was requested, and put into the queue.';
comment on column spiderpig.job.started_at is 'When a worker took it out of the queue, just before it started scap; null while queued, and for ever when cancelled there.';
comment on column spiderpig.job.finished_at is 'When it ended; null until then.';
comment on column spiderpig.job.lane_released_at is 'When the next job of the lane was let in; normally finished_at, later for a lost job, whose scap may still run until a person says that it does not.';
comment on column spiderpig.job.exit_code is 'Exit code of scap; null while it runs, when it never ran, and when a signal ended it.';
comment on column spiderpig.job.exit_signal is 'Number of the signal that ended scap; null or 0 when none did.';
comment on column spiderpig.job.host is 'Host on which scap runs; null until it was taken out of the queue.';
comment on column spiderpig.job.worker_id is 'The worker that looks after it, or did last; null until a worker took it.';
comment on column spiderpig.job.lease_epoch is 'Grows by one with every worker that takes the job over; what an earlier one still writes is refused by it.';
comment on column spiderpig.job.status is 'What scap is doing, in a few words, from its output; null when it said nothing yet, and after the end.';
comment on column spiderpig.job.progress is 'The latest progress scap printed: {name, percent 0..100, ok, failed, left, inFlight}, counts of hosts or parts; null when it printed none, and after the end.';
comment on column spiderpig.job.event_seq is 'Number of the latest row in job_event.';
comment on column spiderpig.job.line_count is 'Number of complete lines of output stored so far.';
comment on column spiderpig.job.output_bytes is 'Number of bytes of output stored so far.';
--> statement-breakpoint

comment on table spiderpig.change is
  'A code review that a job deploys, as Gerrit described it when the job was created. Written by web. Never deleted.';
comment on column spiderpig.change.job_id is 'The job that deploys it.';
comment on column spiderpig.change.position is '1 for the change that was entered first.';
comment on column spiderpig.change.number is 'Gerrit''s change number.';
comment on column spiderpig.change.patch_set is 'Current patch set at that time; null when Gerrit did not say.';
comment on column spiderpig.change.project is 'Repository, for example mediawiki/core.';
comment on column spiderpig.change.branch is 'Branch it is to be merged into, for example wmf/1.45.0-wmf.20.';
comment on column spiderpig.change.subject is 'First line of its commit message.';
comment on column spiderpig.change.owner is 'Name of its author''s account in Gerrit.';
comment on column spiderpig.change.url is 'Address of its page in Gerrit.';
--> statement-breakpoint

comment on table spiderpig.interaction is
  'One question that scap asked. Inserted by the worker when scap waits; ended by web (answered) or by the worker (withdrawn, expired). At most one of a job is pending. Never deleted.';
comment on column spiderpig.interaction.id is 'Number of the question; the same after any restart.';
comment on column spiderpig.interaction.job_id is 'The job whose scap asked.';
comment on column spiderpig.interaction.prompt_key is 'Identity of the prompt within the job: seen again by another worker it is this same row.';
comment on column spiderpig.interaction.kind is 'What sort of answer it takes.';
comment on column spiderpig.interaction.message is 'The question in scap''s words, at most 65536 characters; the tail of the screen when it was not recognised.';
comment on column spiderpig.interaction.options is 'The answers to choose from: [{text, value, typed}], where text is for people, value is what the API takes and typed what goes into the terminal; empty for text and secret.';
comment on column spiderpig.interaction.default_value is 'The value that a bare Enter means; null when there is none.';
comment on column spiderpig.interaction.recognised is 'False when only the fact is known that scap waits for input.';
comment on column spiderpig.interaction.complaint is 'scap''s words about the answer before, which it did not take; null when this is the first time it asks.';
comment on column spiderpig.interaction.state is 'pending until it ends.';
comment on column spiderpig.interaction.asked_at is 'When scap began to wait.';
comment on column spiderpig.interaction.ended_at is 'When it was answered, withdrawn or expired; null while pending.';
--> statement-breakpoint

comment on table spiderpig.answer is
  'The answer to an interaction. The key lets one in: the first wins. Inserted by web; the worker adds what became of it. Never deleted.';
comment on column spiderpig.answer.interaction_id is 'The question.';
comment on column spiderpig.answer.value is 'What was answered: true or false, a key, or a text; null for a secret.';
comment on column spiderpig.answer.text is 'The same in words: the text of the chosen option, or the text itself; null for a secret.';
comment on column spiderpig.answer.answered_by is 'User name of the person who answered.';
comment on column spiderpig.answer.answered_at is 'When the answer was accepted.';
comment on column spiderpig.answer.delivery is 'What became of it. Written by the worker.';
comment on column spiderpig.answer.typed_at is 'When it was written to the terminal; null before, and for ever when it was not delivered.';
comment on column spiderpig.answer.settled_at is 'When it was known what became of it; null before.';
--> statement-breakpoint

comment on table spiderpig.signal is
  'A request of a person to stop a running job. Inserted by web, delivered by the worker. Never deleted.';
comment on column spiderpig.signal.id is 'Number of the request.';
comment on column spiderpig.signal.job_id is 'The job to stop.';
comment on column spiderpig.signal.kind is 'What was asked for.';
comment on column spiderpig.signal.requested_by is 'User name of the person who asked.';
comment on column spiderpig.signal.requested_at is 'When it was asked for.';
comment on column spiderpig.signal.delivered_at is 'When the worker sent it, or found nothing to send it to; null before.';
comment on column spiderpig.signal.process_count is 'How many processes got it, 0 when none was left; null before it was delivered.';
--> statement-breakpoint

comment on table spiderpig.phase is
  'A stretch of scap''s output between "Started X" and "Finished X". Written by the worker. Never deleted.';
comment on column spiderpig.phase.job_id is 'The job it belongs to.';
comment on column spiderpig.phase.id is '1 for the first phase of the job.';
comment on column spiderpig.phase.name is 'The X of scap''s words.';
comment on column spiderpig.phase.depth is '0 for an outermost phase, 1 for one inside it, and so on.';
comment on column spiderpig.phase.started_at is 'When scap said that it started.';
comment on column spiderpig.phase.finished_at is 'When scap said that it finished; null before, and for ever when the job ended first.';
--> statement-breakpoint

comment on table spiderpig.output_chunk is
  'What scap wrote, in pieces. Appended by the worker in the order of seq. The only table from which rows are deleted: by retention, long after the job ended.';
comment on column spiderpig.output_chunk.job_id is 'The job it belongs to.';
comment on column spiderpig.output_chunk.seq is '1 for the first piece of the job.';
comment on column spiderpig.output_chunk.at is 'When the piece was read from the terminal.';
comment on column spiderpig.output_chunk.journal_end is 'Byte position in the journal of the terminal up to which this piece accounts for everything; the next continues there.';
comment on column spiderpig.output_chunk.raw is 'The bytes as they came, for the recording.';
comment on column spiderpig.output_chunk.first_line is 'Number of the first line that was completed in this piece (the first of a job is 1); of the next one to be completed when line_count is 0.';
comment on column spiderpig.output_chunk.line_count is 'How many lines were completed in this piece.';
comment on column spiderpig.output_chunk.text is 'Those lines, joined by line feeds; colour codes are kept, overwritten text is not. Empty when line_count is 0.';
comment on column spiderpig.output_chunk.open_line is 'The last line of the terminal after this piece, not complete yet; often a prompt.';
--> statement-breakpoint

comment on table spiderpig.job_event is
  'How everything came about: one row a fact, written in the transaction that made it so. Never changed, never deleted.';
comment on column spiderpig.job_event.job_id is 'The job it belongs to.';
comment on column spiderpig.job_event.seq is '1 for the creation of the job; without gaps, in the order of the commits.';
comment on column spiderpig.job_event.at is 'When it happened; for what scap did, by the clock of its host.';
comment on column spiderpig.job_event.kind is 'What sort of fact, in a word; view history.events says it in a sentence.';
comment on column spiderpig.job_event.actor is 'User name of the person who caused it; null when scap or a worker did.';
comment on column spiderpig.job_event.interaction_id is 'The question it is about; null when it is about none.';
comment on column spiderpig.job_event.phase_id is 'The phase of this job it is about; null when it is about none.';
comment on column spiderpig.job_event.data is 'Further facts, by kind; {} when there are none. Never a secret.';
--> statement-breakpoint

comment on table spiderpig.job_move is
  'Every legal move of a job''s state; others are refused. Filled by migrations from JOB_MOVES in lib/domain/job.ts.';
comment on column spiderpig.job_move.from_state is 'State before.';
comment on column spiderpig.job_move.to_state is 'State after.';
comment on table spiderpig.interaction_move is
  'Every legal move of an interaction''s state; others are refused. Filled by migrations from INTERACTION_MOVES in lib/domain/interaction.ts.';
comment on column spiderpig.interaction_move.from_state is 'State before.';
comment on column spiderpig.interaction_move.to_state is 'State after.';
--> statement-breakpoint

comment on function spiderpig.is_job_move(spiderpig.job_state, spiderpig.job_state) is
  'Whether a job may go from the one state to the other.';
comment on function spiderpig.is_interaction_move(spiderpig.interaction_state, spiderpig.interaction_state) is
  'Whether an interaction may go from the one state to the other.';
comment on function spiderpig.asks_for_secret(integer) is
  'Whether the answer to this interaction must not be stored.';
comment on function spiderpig.refuse() is
  'Raises check_violation for a forbidden write. Arguments of the trigger: name of the rule, a sentence.';
comment on function spiderpig.refuse_unmatched_answer() is
  'Raises check_violation when an interaction is answered without an answer, or the other way round.';
