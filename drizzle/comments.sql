-- What \d+ prints: every schema, type, table and column has a comment. Times are timestamptz; "null while" says what a
-- null means. Applied again whenever one of these files has changed. Comments of views and functions are beside them.

comment on schema spiderpig is
  'SpiderPig''s own tables, written by its web and worker processes. People read the views of schema history instead: their names are stable, these are not.';

comment on type spiderpig.job_state is
  'State of a job. queued: in the queue of its lane. running: scap runs or is being started. waiting: scap runs and asks something. succeeded, failed, cancelled, lost: ended, see outcome. Permitted transitions: table job_transition.';
comment on type spiderpig.outcome is
  'Why a job ended. completed: production was seen to be reached. nothing_to_deploy: scap found nothing to sync. prepared: it ended before the sync on purpose. declined: a person declined. refused: scap refused before it changed anything. rolled_back: scap undid the deployment, or only that of the stage that failed: see how far the changes reached. rollback_failed: scap could not undo it. exit_nonzero: scap ended with an error. interrupted: Ctrl-C. killed: a signal ended scap. spawn_failed: scap could not be started. cancelled_while_queued: removed from the queue, scap never ran. holder_lost: the process that held the terminal is gone, or its host did not respond and an admin declared the job lost; how scap ended is unknown. unclear: scap exited with code 0 and nothing shows what it did.';
comment on type spiderpig.reached is
  'How far the changes of a job came. nowhere: no evidence that they were merged. merged: merged and on no server. testservers, canaries, production: the sync to these servers began.';
comment on type spiderpig.reason_code is
  'What scap''s sentence for an outcome means. no_commits: the branch had nothing new. beta_only: the commits concern beta alone. stopped_before_sync: the sync was left out on purpose. answered_no: a person declined. ended_without_rollback: a person ended it and left the servers as they were. step_interrupted: a command below scap was interrupted. locked: another scap ran. unhandled_error: scap crashed.';
comment on type spiderpig.interaction_kind is
  'Which kind of answer a question takes. yes_no: true or false. choices: one of scap''s keys. acknowledge: continue ("press any key"). text: a line, or the end of input. secret: a line that is never stored. screen: keys and text for a program that draws a menu, an editor or a pager; each answer is one key press or one text.';
comment on type spiderpig.interaction_state is
  'pending: scap waits. answered: there is a row in answer. withdrawn: scap continued or ended without an answer. expired: there was no answer in time. Permitted transitions: table interaction_transition.';
comment on type spiderpig.delivery_state is
  'The result of an answer. accepted: stored, no result yet. consumed: scap read it. not_consumed: written to the terminal, but scap did not read it in time and it was removed again. undelivered: not typed, or its result can no longer be known; the event answer_settled says why.';
comment on type spiderpig.signal_kind is
  'How a running job can be stopped. interrupt: SIGINT to the innermost scap, which asks what to do in the middle of a sync and ends at a question. interrupt_group: Ctrl-C as typed in a terminal. terminate: SIGTERM. kill: SIGKILL, no cleanup.';

comment on table spiderpig.worker is
  'One row for each start of a worker process, kept after its end. Written by that worker only.';
comment on column spiderpig.worker.id is 'Random; a new one for each start of the process.';
comment on column spiderpig.worker.host is 'Name of the host (setting WORKER_HOST); workers of one host take over each other''s jobs.';
comment on column spiderpig.worker.pid is 'Process id on that host.';
comment on column spiderpig.worker.version is 'Version of SpiderPig that it runs.';
comment on column spiderpig.worker.started_at is 'When the process started.';
comment on column spiderpig.worker.heartbeat_at is 'Its last heartbeat; one is sent every second.';
comment on column spiderpig.worker.stopped_at is 'When it shut down; null while it runs, and if it died.';
comment on column spiderpig.worker.operations is 'The operations that it can do (setting WORKER_OPERATIONS); null: all.';
comment on column spiderpig.worker.claim_problem is 'Why it starts no jobs now, for example a full disk; null when it does.';
comment on column spiderpig.worker.scap_version is 'What scap version printed on its host; null before, and if it failed.';
comment on column spiderpig.worker.scap_problem is 'Why scap version failed; null otherwise.';
comment on column spiderpig.worker.public_key is 'X25519 public key, base64: secrets for the jobs of this worker are sealed to it. The private half is in the worker''s memory only. Null for a worker that takes no secrets.';

comment on table spiderpig.job is
  'One run of a scap command. Inserted by web as queued. Its state is changed by workers (and by web, to cancel a queued job), always by an update that names the expected current state. Never deleted.';
comment on column spiderpig.job.id is 'Number of the job, as on its page.';
comment on column spiderpig.job.kind is 'Its operation: backport, revert, or one of the setting OPERATIONS_FILE.';
comment on column spiderpig.job.operation is 'The operation as it was when the job was queued: {name, completedLabel, evidence, estimateKey, hosts}. evidence is what the outcome completed requires: production, that production was seen to be reached; exit_code, that scap exited with code 0. hosts are those that may run it, or null.';
comment on column spiderpig.job.parameters is 'The parameters of the operation by their names; changes by their numbers.';
comment on column spiderpig.job.lane is 'Jobs of one lane run one at a time, in the order of their queue_rank.';
comment on column spiderpig.job.state is 'Current state; job_event has the history.';
comment on column spiderpig.job.outcome is 'Why it ended; null until then. Written once.';
comment on column spiderpig.job.reached is 'How far the changes came; so far, while it runs. After a rollback: where they still are. The first group of servers counts as soon as the sync to it begins.';
comment on column spiderpig.job.reach_is_partial is 'The sync to the servers named by reached was not seen to finish, so some of them may have the changes and others not.';
comment on column spiderpig.job.is_approved is 'scap voted for the changes, so Gerrit may merge them even if scap fails.';
comment on column spiderpig.job.evidence is 'Evidence in the stored output of how far the deployment came, for workers only; null until scap has printed a line, and after the end.';
comment on column spiderpig.job.reason is 'scap''s own sentence for the outcome, at most 500 characters; null until it ended, and where scap gave none.';
comment on column spiderpig.job.reason_code is 'The meaning of that sentence, where the outcome alone does not say it; null otherwise.';
comment on column spiderpig.job.error_line is 'Number of the first line of the log that reports an error; null until it ended, and when there is none.';
comment on column spiderpig.job.decided_by is 'User name of the person whose answer, signal or cancellation ended it, or policy: a question had expired. Null when scap ended without one.';
comment on column spiderpig.job.decisive_interaction_id is 'The question whose answer ended it, or that was open when the signal was requested; null when there was none.';
comment on column spiderpig.job.decisive_signal_id is 'The signal that ended it; null when none did.';
comment on column spiderpig.job.ignored_checks is 'The questions at which a person chose to ignore a failed check.';
comment on column spiderpig.job.ended_processes is 'Names of processes that scap left running, and that were ended after it.';
comment on column spiderpig.job.requested_by is 'User name of the person who created it.';
comment on column spiderpig.job.responsible is 'User name of the person who took it over and answers its questions; null while it is the one who requested it.';
comment on column spiderpig.job.queue_rank is 'Queued jobs of a lane start in this order. A person may change it while the job is queued.';
comment on column spiderpig.job.window_id is 'The window for which it was requested; null when for none.';
comment on column spiderpig.job.command is 'Subcommand and arguments, as they are appended to the setting SCAP_COMMAND.';
comment on column spiderpig.job.retry_of is 'The earlier job whose operation this one repeats; null when it is no retry.';
comment on column spiderpig.job.idempotency_key is 'The client''s Idempotency-Key, so that a repeated request finds this job; null when none was sent.';
comment on column spiderpig.job.traceparent is 'The header traceparent of its request (W3C Trace Context), which scap gets as TRACEPARENT; null without a valid one.';
comment on column spiderpig.job.created_at is 'When it was requested and queued.';
comment on column spiderpig.job.failed_starts is 'The hosts that could not start it, in order: [{host, at, reason}]. None of them tries again.';
comment on column spiderpig.job.policy_override is 'Who overrode the policy for this job, when and why: {by, at, reason}. Null when the policy applies.';
comment on column spiderpig.job.held_at is 'Since when the job is held: it does not start until an admin releases it. Null when it is not held.';
comment on column spiderpig.job.held_reason is 'Why it is held; null while held_at is.';
comment on column spiderpig.job.started_at is 'When a worker claimed it, just before it started scap; null while queued, and if it was cancelled in the queue.';
comment on column spiderpig.job.finished_at is 'When it ended; null until then.';
comment on column spiderpig.job.lane_released_at is 'When the lane was released for its next job; normally finished_at, later for a lost job, whose scap may be running until a person has confirmed its state.';
comment on column spiderpig.job.exit_code is 'Exit code of scap; null while it runs, when it never ran, and when a signal ended it.';
comment on column spiderpig.job.exit_signal is 'Number of the signal that ended scap; null or 0 when none did.';
comment on column spiderpig.job.host is 'Host on which scap runs; null until a worker claimed the job.';
comment on column spiderpig.job.worker_id is 'The worker that has it, or had it last; null until a worker claimed it.';
comment on column spiderpig.job.lease_epoch is 'Grows by one with each takeover; writes under an earlier epoch are refused.';
comment on column spiderpig.job.status is 'What scap is doing, in a few words, from its output; null before scap printed any, and after the end.';
comment on column spiderpig.job.progress is 'The latest progress that scap printed: {name, percent 0..100, ok, failed, left, inFlight}, counts of hosts or parts; null when it printed none, and after the end.';
comment on column spiderpig.job.event_seq is 'Number of the latest row in job_event.';
comment on column spiderpig.job.line_count is 'Number of complete lines of output stored so far.';
comment on column spiderpig.job.output_bytes is 'Number of bytes of output stored so far.';
comment on column spiderpig.job.waited is 'How long its questions were unanswered while it ran. Set when it ends; null when it never ran.';
comment on column spiderpig.job.lane_released_by is 'Who confirmed the state of a lost deployment and so released its lane. Null when the job''s own end released the lane, or when it is still held.';
comment on column spiderpig.job.output_removed_at is 'When its output was removed after the retention period: from then on its rows in output_chunk, log_block, log_tail and sensitive_line are deleted, or about to be. line_count and output_bytes keep their values. Null while it is kept.';
comment on column spiderpig.job.output_deleted_at is 'When all of it was deleted. Null while it is kept, and while a sweep deletes it.';

comment on table spiderpig.change is
  'A code review that a job deploys, as Gerrit described it when the job was created. Written by web. Never deleted.';
comment on column spiderpig.change.job_id is 'The job that deploys it.';
comment on column spiderpig.change.position is '1 for the change that was entered first.';
comment on column spiderpig.change.number is 'Gerrit''s change number.';
comment on column spiderpig.change.patch_set is 'Current patch set at that time; null when Gerrit did not say.';
comment on column spiderpig.change.merged_patch_set is 'The patch set that was merged, where scap found a newer one than patch_set; null where it did not.';
comment on column spiderpig.change.project is 'Repository, for example mediawiki/core.';
comment on column spiderpig.change.branch is 'Branch it is to be merged into, for example wmf/1.45.0-wmf.20.';
comment on column spiderpig.change.subject is 'First line of its commit message.';
comment on column spiderpig.change.owner is 'Name of its author''s account in Gerrit.';
comment on column spiderpig.change.url is 'Address of its page in Gerrit.';
comment on column spiderpig.change.uploaded_at is 'When patch_set was uploaded to Gerrit; null when Gerrit did not say.';
comment on column spiderpig.change.merged_at is 'When Gerrit merged it; null when it was not merged before the job was created.';

comment on table spiderpig.reverted_change is
  'One row for each change of a job that a later job was requested to revert: as its revert, or by the commit message of a change ("This reverts commit …"). Inserted with that job. View completed_revert has those that did.';
comment on column spiderpig.reverted_change.job_id is 'The job that deployed the change.';
comment on column spiderpig.reverted_change.number is 'Gerrit''s change number.';
comment on column spiderpig.reverted_change.by_job_id is 'The job that was requested to revert it.';

comment on table spiderpig.interaction is
  'One question that scap asked. Inserted by the worker when scap waits; ended by web (answered) or by the worker (withdrawn, expired). At most one of a job is pending. Never deleted.';
comment on column spiderpig.interaction.id is 'Number of the question; the same after any restart.';
comment on column spiderpig.interaction.job_id is 'The job whose scap asked.';
comment on column spiderpig.interaction.prompt_key is 'Identity of the prompt within the job: another worker that finds the same prompt finds this row.';
comment on column spiderpig.interaction.kind is 'Which kind of answer it takes.';
comment on column spiderpig.interaction.title is 'The last line of the message: what questions of different jobs have in common.';
comment on column spiderpig.interaction.message is 'The question in scap''s words, at most 65536 characters; the tail of the screen when it was not recognised.';
comment on column spiderpig.interaction.options is 'The answers to choose from: [{text, value, typed}], where text is for people, value is what the API takes and typed what goes into the terminal; empty for text and secret.';
comment on column spiderpig.interaction.default_value is 'The value that Enter alone gives; null when there is none.';
comment on column spiderpig.interaction.recognised is 'False if all that is known is that scap waits for input.';
comment on column spiderpig.interaction.complaint is 'scap''s message about the previous answer, which it did not accept; null if it asks for the first time.';
comment on column spiderpig.interaction.state is 'pending until it ends.';
comment on column spiderpig.interaction.asked_at is 'When scap began to wait.';
comment on column spiderpig.interaction.line is 'Number of the log line at which scap waited.';
comment on column spiderpig.interaction.ended_at is 'When it was answered, withdrawn or expired; null while pending.';
comment on column spiderpig.interaction.reminded_at is 'When people were last reminded. Null if they were not.';
comment on column spiderpig.interaction.reminder_count is 'Number of reminders sent because there was no answer.';
comment on column spiderpig.interaction.expires_at is 'When the policy ends it without an answer, as decided when it was asked. Null without a policy.';
comment on column spiderpig.interaction.expiry_action is 'What the policy sends scap when it expires: interrupt or terminate. Null without a policy.';
comment on column spiderpig.interaction.errors_before is 'Errors per minute of the servers in the ten minutes before the job started. Null when they are not known.';
comment on column spiderpig.interaction.errors_at_question is 'Errors per minute of the servers when the question was stored. Null when they are not known.';

comment on table spiderpig.answer is
  'The answer to an interaction. The key permits one: the first wins. Inserted by web; the worker adds the result. Never deleted.';
comment on column spiderpig.answer.interaction_id is 'The question.';
comment on column spiderpig.answer.value is 'What was answered: true or false, the key of a choice, a text, or {"key": name} for a key press; null for a secret.';
comment on column spiderpig.answer.text is 'The text of the chosen option, or the text itself; null for a secret.';
comment on column spiderpig.answer.answered_by is 'User name of the person who answered.';
comment on column spiderpig.answer.answered_at is 'When the answer was accepted.';
comment on column spiderpig.answer.delivery is 'Result of the delivery. Written by the worker.';
comment on column spiderpig.answer.settled_at is 'When the result was known; null before.';
comment on column spiderpig.answer.errors_at_answer is 'Errors per minute of the servers when the answer was accepted. Null when they are not known.';

comment on table spiderpig.signal is
  'A request of a person to stop a running job. Inserted by web, delivered by the worker. Never deleted.';
comment on column spiderpig.signal.id is 'Number of the request.';
comment on column spiderpig.signal.job_id is 'The job to stop.';
comment on column spiderpig.signal.kind is 'Kind of the signal.';
comment on column spiderpig.signal.requested_by is 'User name of the person who requested it, or policy: a question had expired.';
comment on column spiderpig.signal.requested_at is 'When it was requested.';
comment on column spiderpig.signal.delivered_at is 'When the worker sent it, or found no process to send it to; null before.';
comment on column spiderpig.signal.process_count is 'Number of processes that received it, 0 if none was left; null before it was delivered.';
comment on column spiderpig.signal.interaction_id is 'The expired question that it is for; it is sent only while scap still asks that question. Null when a person requested it.';

comment on table spiderpig.phase is
  'A part of the job between scap''s lines "Started X" and "Finished X", a wait for the merge or for traffic, or a rollback. Written by the worker. Never deleted.';
comment on column spiderpig.phase.job_id is 'The job it belongs to.';
comment on column spiderpig.phase.id is '1 for the first phase of the job.';
comment on column spiderpig.phase.name is 'The X of those lines.';
comment on column spiderpig.phase.depth is '0 for an outermost phase, 1 for one inside it, and so on.';
comment on column spiderpig.phase.started_at is 'When scap said that it started.';
comment on column spiderpig.phase.finished_at is 'When scap said that it finished; null before, and if the job ended first.';
comment on column spiderpig.phase.ended_at is 'When it finished or, if scap did not say that, when the job ended. Null while it is open.';
comment on column spiderpig.phase.working is 'From its start to its end, without the time in which a question was unanswered. Set at its end.';
comment on column spiderpig.phase.title is 'The name up to the first colon: what phases of different jobs have in common.';
comment on column spiderpig.phase.first_line is 'Number of the log line that says that it started.';
comment on column spiderpig.phase.last_line is 'Number of the log line that says that it finished; null while finished_at is.';
comment on column spiderpig.phase.estimate_key is 'The estimateKey of the job''s operation: jobs with the same key have the same phases.';
comment on column spiderpig.phase.occurrence is '1 for the first phase with this title in the job, 2 for the second, and so on.';
comment on column spiderpig.phase.usual is 'How long its last 20 runs in jobs with the same estimate_key took when it started, in ms without waiting for people: {runs, medianMs, p90Ms, restMs, questionMs}. Null if there were fewer than 3.';

comment on table spiderpig.output_chunk is
  'The bytes that scap wrote to its terminal, in chunks. Appended by the worker in the order of seq, and compacted when the job has ended: many small chunks become few large ones. Deleted by retention, long after the job ended.';
comment on column spiderpig.output_chunk.job_id is 'The job it belongs to.';
comment on column spiderpig.output_chunk.seq is '1 for the first chunk of the job. Of a compacted chunk, the number of its last piece.';
comment on column spiderpig.output_chunk.at is 'When the first of its bytes was read from the terminal.';
comment on column spiderpig.output_chunk.journal_end is 'Byte position in the journal of the terminal up to which everything is processed with this chunk; the next continues there.';
comment on column spiderpig.output_chunk.journal_skip is 'Bytes of the output record at journal_end that are processed too; 0 unless the record was stored in parts.';
comment on column spiderpig.output_chunk.raw is 'The bytes as scap wrote them, for the recording.';
comment on column spiderpig.output_chunk.piece_bytes is 'Of a compacted chunk: the number of bytes of each chunk that was merged into it. Null for a chunk that is not compacted.';
comment on column spiderpig.output_chunk.piece_delays_ms is 'Of a compacted chunk: how many milliseconds after at the first byte of each piece was read. Null for a chunk that is not compacted.';

comment on table spiderpig.log_block is
  'Lines of the log that can never change again because they have left the screen, as a terminal shows them: a block has consecutive lines. Appended by the worker, and compacted when the job has ended: many small blocks become few large ones. Deleted by retention, long after the job ended.';
comment on column spiderpig.log_block.job_id is 'The job it belongs to.';
comment on column spiderpig.log_block.first_line is 'Number of its first line; the first line of a job is 1. Blocks follow each other without a gap.';
comment on column spiderpig.log_block.line_count is 'Number of its lines.';
comment on column spiderpig.log_block.at is 'When the text of its first line changed last; the others are within 100 ms of it. Of a compacted block, when its text changed last.';
comment on column spiderpig.log_block.line_ages_ms is 'Of a compacted block: how many milliseconds before at the text of each line changed last. Null for a block that is not compacted.';
comment on column spiderpig.log_block.text is 'The lines, joined by line feeds: printable characters, colours (SGR sequences) and links (OSC 8 sequences), nothing else. Each line begins and ends in the default colour.';

comment on table spiderpig.log_tail is
  'The end of a job''s log: the lines on its screen, which scap may still redraw, and the state of the terminal. One row for each job that prints, written by the worker with every chunk. Deleted when the output of the ended job is compacted; a job without this row has no live lines.';
comment on column spiderpig.log_tail.job_id is 'The job it belongs to.';
comment on column spiderpig.log_tail.settled_lines is 'Number of lines of the job in log_block; the first live line has the next number.';
comment on column spiderpig.log_tail.live_texts is 'The live lines, in the form of log_block.text. Empty when the job has ended.';
comment on column spiderpig.log_tail.live_at is 'When each of the live lines changed last.';
comment on column spiderpig.log_tail.journal_end is 'Position in the journal that this row describes: journal_end of the last chunk.';
comment on column spiderpig.log_tail.journal_skip is 'journal_skip of the last chunk.';
comment on column spiderpig.log_tail.terminal is 'State of the terminal emulator, from which another worker continues. Null when the program has ended.';
comment on column spiderpig.log_tail.screen is 'What the screen shows, and the position of the cursor, while an interaction of kind screen is pending or the program uses the alternate screen; otherwise null.';

comment on table spiderpig.sensitive_line is 'Lines that scap marked as sensitive (security patches, secrets in diffs). The log shows a notice in their place; reading them is an event in the job''s history.';
comment on column spiderpig.sensitive_line.job_id is 'The job whose log it belongs to.';
comment on column spiderpig.sensitive_line.line is 'Number of the log line that has the notice in place of it.';
comment on column spiderpig.sensitive_line.text is 'The line as scap printed it. Several lines that scap printed in the same place are joined by line feeds.';

comment on table spiderpig.lane is
  'One row for each lane that was ever used. Its purpose is the lock: a transaction that freezes or switches the lane, or requests or starts a job in it, locks the row.';
comment on column spiderpig.lane.name is 'Name of the lane, as in job.lane.';
comment on column spiderpig.lane.host is 'The only host that starts its jobs: the one that started the first, until an admin switches the lane. Null before its first job.';

comment on table spiderpig.host is
  'One row for each host that has started a job or was drained. A transaction that drains the host or starts a job on it locks the row.';
comment on column spiderpig.host.name is 'Name of the host, as in worker.host.';
comment on column spiderpig.host.drained_at is 'Since when it starts no jobs; null while it does.';
comment on column spiderpig.host.drained_by is 'The admin who drained it; null while it is not drained.';
comment on column spiderpig.host.drain_reason is 'The reason, as the admin entered it; null while it is not drained.';

comment on table spiderpig.lane_freeze is 'Periods in which a lane accepts no new jobs and starts none. At most one for each lane is in force. Never deleted.';
comment on column spiderpig.lane_freeze.id is 'Number of the freeze.';
comment on column spiderpig.lane_freeze.lane is 'The lane that is frozen.';
comment on column spiderpig.lane_freeze.reason is 'The reason, as the admin entered it; shown with every refused request.';
comment on column spiderpig.lane_freeze.frozen_by is 'The admin who froze the lane.';
comment on column spiderpig.lane_freeze.frozen_at is 'When it was frozen.';
comment on column spiderpig.lane_freeze.until is 'When it expires; null if an admin has to lift it.';
comment on column spiderpig.lane_freeze.lifted_by is 'The admin who lifted it; null while it is in force, and if it expired.';
comment on column spiderpig.lane_freeze.lifted_at is 'When it was lifted; null while it is in force, and if it expired.';

comment on table spiderpig.train_state is 'States of the train, as workers read them on deployment hosts: one row whenever something has changed. Never changed or deleted.';
comment on column spiderpig.train_state.id is 'Number of the state.';
comment on column spiderpig.train_state.host is 'The deployment host.';
comment on column spiderpig.train_state.read_at is 'When it was first read.';
comment on column spiderpig.train_state.summary is 'Versions, station, task, number of wikis of each group by version, warnings.';
comment on column spiderpig.train_state.wikis is 'The version of each wiki, and the wikis of each group.';

comment on table spiderpig.train_host is 'The newest state of the train on each deployment host.';
comment on column spiderpig.train_host.host is 'The deployment host.';
comment on column spiderpig.train_host.state_id is 'Its newest state.';
comment on column spiderpig.train_host.checked_at is 'When a worker last read that this is still the state.';

comment on table spiderpig.train_job_state is 'The states of the train before and after jobs that move it. Never changed or deleted.';
comment on column spiderpig.train_job_state.job_id is 'The job that moves the train.';
comment on column spiderpig.train_job_state.moment is 'before: when the job started. after: when it had ended.';
comment on column spiderpig.train_job_state.state_id is 'The state at that time.';

comment on table spiderpig.job_event is
  'The history: one row for each event, written in the transaction that caused it. Never changed, never deleted.';
comment on column spiderpig.job_event.job_id is 'The job it belongs to.';
comment on column spiderpig.job_event.seq is '1 for the creation of the job; without gaps, in the order of the commits.';
comment on column spiderpig.job_event.at is 'When it happened. For what scap did: by the clock of its host.';
comment on column spiderpig.job_event.kind is 'Kind of the event; view history.events has it as a sentence.';
comment on column spiderpig.job_event.actor is 'User name of the person who caused it, or policy: a question had expired. Null when scap or a worker did.';
comment on column spiderpig.job_event.interaction_id is 'The question it is about; null when it is about none.';
comment on column spiderpig.job_event.phase_id is 'The phase of this job it is about; null when it is about none.';
comment on column spiderpig.job_event.data is 'Details, by kind; {} when there are none. Never a secret.';

comment on table spiderpig.audit_event is
  'The audit: one row for each action on accounts, tokens, lanes, policies or secrets, written in the transaction of the action. Never changed, never deleted.';
comment on column spiderpig.audit_event.id is 'Number of the event; it may have gaps.';
comment on column spiderpig.audit_event.at is 'When it happened.';
comment on column spiderpig.audit_event.kind is 'Kind of the event: AUDIT_KINDS in lib/domain/audit.ts.';
comment on column spiderpig.audit_event.actor is 'User name of the account that acted; the operating-system user of a command. Null if it is not known, as in a failed sign-in.';
comment on column spiderpig.audit_event.target is 'What was acted on: the name of an account or a lane, or job 12. Null when there is only the actor.';
comment on column spiderpig.audit_event.channel is 'How the action arrived: session (a browser), token (an API token), command_line, or system (SpiderPig acted by itself).';
comment on column spiderpig.audit_event.address is 'Address of the client. Null for a command.';
comment on column spiderpig.audit_event.user_agent is 'What the client says it is, at most 500 characters. Null for a command.';
comment on column spiderpig.audit_event.request_id is 'Id of the HTTP request: X-Request-Id of the proxy, or a generated one. Null for a command.';
comment on column spiderpig.audit_event.details is 'Details, by kind; {} when there are none. Never a secret.';

comment on table spiderpig.job_transition is
  'Every permitted transition of a job''s state; others are refused. Filled by rules.sql from JOB_TRANSITIONS in lib/domain/job.ts.';
comment on column spiderpig.job_transition.from_state is 'State before.';
comment on column spiderpig.job_transition.to_state is 'State after.';

comment on table spiderpig.interaction_transition is
  'Every permitted transition of an interaction''s state; others are refused. Derived from INTERACTION_TRANSITIONS in lib/domain/interaction-mode.ts.';
comment on column spiderpig.interaction_transition.from_state is 'State before.';
comment on column spiderpig.interaction_transition.to_state is 'State after.';

comment on table spiderpig.job_search is
  'What the search of jobs reads: a row for each job, written by triggers from the other tables (view job_search_source).';
comment on column spiderpig.job_search.job_id is 'The job that it describes.';
comment on column spiderpig.job_search.created_at is 'When it was requested and queued.';
comment on column spiderpig.job_search.is_ended is 'Whether it has ended. Open jobs change often, and are not in the index of words.';
comment on column spiderpig.job_search.facets is 'Exact values for filters, each with the block of the job and its name: 3 lane:mediawiki. word: each word of the document. A block is a range of consecutive jobs, so that a search can begin with the newest.';
comment on column spiderpig.job_search.document is 'Numbers, people, labels, changes, reason and notes of the job in one text, by the rules of function search_text.';

comment on table spiderpig.search_word is
  'Each word of the jobs that have ended, once: the search finds here the words that a search text is part of. Numbers and tasks are not listed.';
comment on column spiderpig.search_word.word is 'The word, by the rules of function search_text.';

comment on table spiderpig.report_week is
  'The weeks that are over and whose figures are stored. Derived: drizzle/reports.sql stores and removes them, and deleting a week deletes its figures.';
comment on column spiderpig.report_week.week is 'Its Monday, in UTC.';

comment on table spiderpig.report_week_total is 'Figures of the jobs that ended in such a week, in seconds. Derived, like report_week.';
comment on column spiderpig.report_week_total.week is 'The week.';
comment on column spiderpig.report_week_total.kind is 'The operation of the jobs; * for all.';
comment on column spiderpig.report_week_total.lane is 'Their lane; * for all.';
comment on column spiderpig.report_week_total.jobs is 'Jobs that ended.';
comment on column spiderpig.report_week_total.deployments is 'Jobs that completed.';
comment on column spiderpig.report_week_total.changes is 'Changes of these.';
comment on column spiderpig.report_week_total.people is 'People who requested the jobs.';
comment on column spiderpig.report_week_total.not_completed is 'Jobs that failed or were lost.';
comment on column spiderpig.report_week_total.change_failures is 'Deployments that had to be remedied.';
comment on column spiderpig.report_week_total.reached_production is 'Deployments that completed, or that did not and reached canaries or production.';
comment on column spiderpig.report_week_total.lead_p50 is 'Median time from the request of a completed job to its end.';
comment on column spiderpig.report_week_total.lead_p95 is '95th percentile of the same.';
comment on column spiderpig.report_week_total.change_lead_p50 is 'Median time from the upload of a change to the end of the completed job.';
comment on column spiderpig.report_week_total.change_lead_p95 is '95th percentile of the same.';
comment on column spiderpig.report_week_total.restore_p50 is 'Median time to restore; null without failures.';
comment on column spiderpig.report_week_total.queued_p50 is 'Median time of a completed job in the queue.';
comment on column spiderpig.report_week_total.waited_p50 is 'Median time in which its questions were unanswered.';
comment on column spiderpig.report_week_total.worked_p50 is 'Median time in which scap worked.';

comment on table spiderpig.report_week_job is 'Jobs that ended in such a week, by person and outcome. Derived, like report_week.';
comment on column spiderpig.report_week_job.week is 'The week.';
comment on column spiderpig.report_week_job.kind is 'The operation of the jobs; * for all.';
comment on column spiderpig.report_week_job.lane is 'Their lane; * for all.';
comment on column spiderpig.report_week_job.requested_by is 'Who requested them.';
comment on column spiderpig.report_week_job.outcome is 'Their outcome.';
comment on column spiderpig.report_week_job.state is 'The state of that outcome.';
comment on column spiderpig.report_week_job.jobs is 'Number of them.';

comment on table spiderpig.report_week_phase is 'Phases that started in such a week and finished, in seconds. Derived, like report_week.';
comment on column spiderpig.report_week_phase.week is 'The week.';
comment on column spiderpig.report_week_phase.kind is 'The operation of the jobs; * for all.';
comment on column spiderpig.report_week_phase.lane is 'Their lane; * for all.';
comment on column spiderpig.report_week_phase.title is 'The phase.';
comment on column spiderpig.report_week_phase.runs is 'Number of its runs.';
comment on column spiderpig.report_week_phase.p50 is 'Median of their working time.';
comment on column spiderpig.report_week_phase.p95 is '95th percentile.';
comment on column spiderpig.report_week_phase.longest is 'The longest.';

comment on table spiderpig.report_week_question is 'Questions that were asked in such a week, in seconds. Derived, like report_week.';
comment on column spiderpig.report_week_question.week is 'The week.';
comment on column spiderpig.report_week_question.kind is 'The operation of the jobs; * for all.';
comment on column spiderpig.report_week_question.lane is 'Their lane; * for all.';
comment on column spiderpig.report_week_question.title is 'The question.';
comment on column spiderpig.report_week_question.asked is 'How often it was asked.';
comment on column spiderpig.report_week_question.answered is 'How often it was answered.';
comment on column spiderpig.report_week_question.p50 is 'Median time in which it was unanswered.';
comment on column spiderpig.report_week_question.p95 is '95th percentile.';
comment on column spiderpig.report_week_question.longest is 'The longest.';

comment on table spiderpig.report_week_wait is 'Answers to questions that were asked in such a week, by the question, the hour and the person, in seconds. Derived, like report_week.';
comment on column spiderpig.report_week_wait.week is 'The week.';
comment on column spiderpig.report_week_wait.kind is 'The operation of the jobs; * for all.';
comment on column spiderpig.report_week_wait.lane is 'Their lane; * for all.';
comment on column spiderpig.report_week_wait.dimension is 'What value is: question, hour or person.';
comment on column spiderpig.report_week_wait.value is 'The title of the question, the hour of the day in UTC (00 to 23) in which it was asked, or who answered.';
comment on column spiderpig.report_week_wait.answers is 'Number of answers.';
comment on column spiderpig.report_week_wait.waited is 'Sum of the times from the question to the answer.';
comment on column spiderpig.report_week_wait.within_1_minute is 'Answers that came within a minute.';
comment on column spiderpig.report_week_wait.within_5_minutes is 'Answers that came within 5 minutes, including those within a minute.';
comment on column spiderpig.report_week_wait.within_15_minutes is 'Answers that came within 15 minutes.';
comment on column spiderpig.report_week_wait.within_60_minutes is 'Answers that came within an hour.';
comment on column spiderpig.report_week_wait.longest is 'The longest time.';
