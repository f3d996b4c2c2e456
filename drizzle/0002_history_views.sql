-- Old code: may go on running.
-- What people read: schema history, and the role that may read it and nothing else.
--
-- Why now: SREs ask their questions in SQL. The tables serve the program and change with it; these views have
--   stable names, seconds instead of intervals, and reasons in words. Renaming a column here is a breaking change.
-- Locks: none that anybody waits for; everything is new. In a cluster where two databases are migrated at once, the
--   second waits for the first at the creation of the role.
-- Safe with old code running: yes, no table changes.
-- Undo: drop schema history cascade; drop function spiderpig.without_colours(text), spiderpig.in_short(text),
--   spiderpig.seconds(interval), spiderpig.what_signal_does(text); drop owned by spiderpig_reader; drop role
--   spiderpig_reader, if no other database of the cluster uses it.
--
-- The views run with their owner's rights, so a reader needs none on the tables. States and kinds are text here:
-- a reader's query must not depend on types of a schema that it cannot see.

create schema history;
--> statement-breakpoint

create function spiderpig.seconds(duration interval)
returns numeric
language sql
immutable
parallel safe
return round(extract(epoch from duration), 3);
--> statement-breakpoint

-- A message of several lines in one line of at most 200 characters.
create function spiderpig.in_short(message text)
returns text
language sql
immutable
parallel safe
return case
  when length(message) > 200 or message ~ '\s\s|[\n\r\t]'
    then trim(left(regexp_replace(left(message, 2000), '\s+', ' ', 'g'), 200))
  else message
end;
--> statement-breakpoint

-- CSI sequences (colours), OSC sequences (links, titles) and two-character escapes. Most lines have none, and
-- looking for one escape character is ten times faster than the pattern.
create function spiderpig.without_colours(line text)
returns text
language sql
immutable
parallel safe
return case
  when strpos(line, chr(27)) > 0
    then regexp_replace(line, '\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[ -/]*[0-Z\\^-~])', '', 'g')
  else line
end;
--> statement-breakpoint

create function spiderpig.what_signal_does(kind text)
returns text
language sql
immutable
parallel safe
return case kind
  when 'interrupt_group' then 'press Ctrl-C in scap''s terminal'
  else coalesce(kind, 'stop') || ' scap'
end;
--> statement-breakpoint

create view history.deployments as
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
  select ', as ' || string_agg(distinct s.requested_by, ' and ') || ' asked' as words
  from spiderpig.signal s
  where s.job_id = j.id
    and s.delivered_at is not null
) by_whom on j.outcome in ('interrupted', 'killed');
--> statement-breakpoint

create view history.changes as
select
  c.job_id,
  c.position,
  c.number,
  c.patch_set,
  c.project,
  c.branch,
  c.subject,
  c.owner,
  c.url,
  j.state::text as state,
  j.outcome::text as outcome,
  coalesce(j.outcome = 'completed', false) as deployed,
  j.requested_by,
  j.created_at,
  j.started_at,
  j.finished_at
from spiderpig.change c
join spiderpig.job j on j.id = c.job_id;
--> statement-breakpoint

create view history.interactions as
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
  spiderpig.seconds(a.settled_at - a.answered_at) as delivery_seconds
from spiderpig.interaction i
join spiderpig.job j on j.id = i.job_id
left join spiderpig.answer a on a.interaction_id = i.id;
--> statement-breakpoint

create view history.phases as
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
  select coalesce(ended.at, now()) - p.started_at as duration
) lasted
cross join lateral (
  select coalesce(
    sum(
      greatest(
        least(coalesce(i.ended_at, j.finished_at, now()), coalesce(ended.at, now()))
          - greatest(i.asked_at, p.started_at),
        interval '0'
      )
    ),
    interval '0'
  ) as duration
  from spiderpig.interaction i
  where i.job_id = p.job_id
) waited;
--> statement-breakpoint

create view history.events as
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
      format('%s asked to %s.', e.actor, spiderpig.what_signal_does(e.data ->> 'signal'))
    when 'signal_delivered' then
      format(
        'The request to %s reached %s.',
        spiderpig.what_signal_does(e.data ->> 'signal'),
        case e.data ->> 'processCount'
          when '0' then 'nobody: no process was left'
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
  select spiderpig.in_short(i.message) as words
  from spiderpig.interaction i
  where i.id = e.interaction_id
) q on true;
--> statement-breakpoint

create view history.signals as
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
  j.outcome::text as job_outcome
from spiderpig.signal s
join spiderpig.job j on j.id = s.job_id;
--> statement-breakpoint

-- One row a line, out of rows that hold many. A condition on `line` cannot become an index condition on first_line
-- (PostgreSQL derives no inequality through a join), so the form decides what such a condition saves. Here it
-- filters the bare numbers of a chunk before its text is touched, and a text is fetched and split at most once: the
-- sub-select does not depend on n, so it runs when the first wanted line asks for it; `materialized` keeps it that
-- way. On a job of a million lines in chunks of 100, 500 lines cost 0.2 s and 180 buffers, all of it 1.4 s.
-- Tried: unnest with ordinality, which reads every text (0.5 s, 33,000 buffers for those 500 lines); an index
-- look-up a line, driven by generate_series over the job (0.1 s for 500 lines, 50 s for all).
create view history.log_lines as
select
  o.job_id,
  l.line,
  o.at,
  spiderpig.without_colours(l.text) as text,
  l.text as text_with_colours
from spiderpig.output_chunk o
cross join lateral (
  with split as materialized (
    select string_to_array(o.text, chr(10)) as lines
  )
  select
    n as line,
    coalesce((select s.lines from split s)[n - o.first_line + 1], '') as text
  from generate_series(o.first_line, o.first_line + o.line_count - 1) as n
) l
where o.line_count > 0;
--> statement-breakpoint

create view history.workers as
select
  w.id as worker_id,
  w.host,
  w.pid,
  w.version,
  case
    when w.stopped_at is not null then 'stopped'
    when w.seen_at < now() - interval '1 minute' then 'silent'
    else 'working'
  end as state,
  w.started_at,
  w.seen_at,
  w.stopped_at,
  spiderpig.seconds(now() - w.seen_at) as seconds_since_seen,
  (
    select string_agg(j.id::text, ', ' order by j.id)
    from spiderpig.job j
    where j.worker_id = w.id
      and j.finished_at is null
  ) as live_jobs
from spiderpig.worker w;
--> statement-breakpoint

comment on schema history is
  'For people: what was deployed, by whom, with which answers, how long each part took, and what scap printed. Times are timestamptz, durations are seconds. Role spiderpig_reader may read all of it and nothing else.';
comment on function spiderpig.seconds(interval) is 'Length in seconds, to the millisecond.';
comment on function spiderpig.in_short(text) is 'The text in one line of at most 200 characters.';
comment on function spiderpig.what_signal_does(text) is 'What a kind of signal is a request to do, in words.';
comment on function spiderpig.without_colours(text) is 'The text without the escape sequences of terminals.';
--> statement-breakpoint

comment on view history.deployments is 'One row a job, that is, a run of a scap command: who, what, when, how it ended and where the time went.';
comment on column history.deployments.job_id is 'Number of the job, as in the address of its page.';
comment on column history.deployments.lane is 'Jobs of one lane run one at a time.';
comment on column history.deployments.state is 'queued, running, waiting (scap asks something), succeeded, failed, cancelled or lost.';
comment on column history.deployments.outcome is 'Why it ended, in a word: completed, nothing_to_deploy, declined, rolled_back, rollback_failed, exit_nonzero, interrupted, killed, spawn_failed, cancelled_while_queued, holder_lost. Null until it ended.';
comment on column history.deployments.outcome_reason is 'The same in a sentence, with who or what brought it about. Null until it ended.';
comment on column history.deployments.requested_by is 'User name of the person who created it.';
comment on column history.deployments.changes is 'Change numbers, separated by comma and space, in the order they were entered.';
comment on column history.deployments.change_count is 'How many changes.';
comment on column history.deployments.created_at is 'When it was requested, and put into the queue.';
comment on column history.deployments.started_at is 'When it left the queue and scap was started. Null while queued, and when it was cancelled there.';
comment on column history.deployments.finished_at is 'When it ended. Null until then.';
comment on column history.deployments.queued_seconds is 'Time in the queue; so far, while it is there.';
comment on column history.deployments.running_seconds is 'Time from start to end; so far, while it runs. Null when it never ran.';
comment on column history.deployments.waiting_for_people_seconds is 'The part of running_seconds in which a question was unanswered. Null when it never ran.';
comment on column history.deployments.working_seconds is 'The rest of running_seconds. Null when it never ran.';
comment on column history.deployments.exit_code is 'Exit code of scap. Null while it runs, when it never ran, and when a signal ended it.';
comment on column history.deployments.exit_signal is 'Number of the signal that ended scap. Null when none did.';
comment on column history.deployments.host is 'Host on which scap ran. Null when it never did.';
comment on column history.deployments.retry_of is 'The earlier job whose changes this one deployed again. Null when it is no retry.';
comment on column history.deployments.lines is 'How many lines scap printed; the lines are in log_lines.';
comment on column history.deployments.command is 'What was run, without the program.';
--> statement-breakpoint

comment on view history.changes is 'One row a change of a job: what exactly was deployed, with how the job ended. A change deployed twice has two rows.';
comment on column history.changes.job_id is 'Number of the job.';
comment on column history.changes.position is '1 for the change that was entered first.';
comment on column history.changes.number is 'Gerrit''s change number.';
comment on column history.changes.patch_set is 'Current patch set when the job was created. Null when Gerrit did not say.';
comment on column history.changes.project is 'Repository.';
comment on column history.changes.branch is 'Branch it goes to.';
comment on column history.changes.subject is 'First line of its commit message.';
comment on column history.changes.owner is 'Its author''s account name in Gerrit.';
comment on column history.changes.url is 'Its page in Gerrit.';
comment on column history.changes.state is 'State of the job, as in deployments.';
comment on column history.changes.outcome is 'Outcome of the job, as in deployments. Null until it ended.';
comment on column history.changes.deployed is 'Whether this job brought it to production: its outcome is completed.';
comment on column history.changes.requested_by is 'Who deployed it.';
comment on column history.changes.created_at is 'When the deployment was requested.';
comment on column history.changes.started_at is 'When scap was started. Null when it never was.';
comment on column history.changes.finished_at is 'When the job ended. Null until then.';
--> statement-breakpoint

comment on view history.interactions is 'One row a question that scap asked, with its answer: who, when, what, after how long.';
comment on column history.interactions.job_id is 'Number of the job.';
comment on column history.interactions.interaction_id is 'Number of the question.';
comment on column history.interactions.kind is 'yes_no, choices, acknowledge, text or secret.';
comment on column history.interactions.question is 'The question in scap''s words, with its line breaks.';
comment on column history.interactions.options is 'Words of the answers to choose from, separated by " | ". Null for text and secret.';
comment on column history.interactions.default_answer is 'What a bare Enter in the terminal means, in words. Null when there is none.';
comment on column history.interactions.recognised is 'False when only the fact was known that scap waited for input.';
comment on column history.interactions.complaint is 'scap''s words about the answer before, which it did not take. Null when it asked for the first time.';
comment on column history.interactions.state is 'pending, answered, withdrawn (scap went on or ended) or expired.';
comment on column history.interactions.asked_at is 'When scap began to wait.';
comment on column history.interactions.ended_at is 'When it was answered, withdrawn or expired. Null while pending.';
comment on column history.interactions.answered_by is 'User name of the person who answered. Null when nobody did.';
comment on column history.interactions.answer_text is 'The answer in words. Null when nobody answered, and for a secret, which is never stored.';
comment on column history.interactions.answered_at is 'When the answer was accepted. Null when nobody answered.';
comment on column history.interactions.waited_seconds is 'How long scap waited for people; so far, while pending.';
comment on column history.interactions.delivery is 'What became of the answer: accepted, typed, consumed, not_consumed or undelivered. Null when nobody answered.';
comment on column history.interactions.typed_at is 'When it was typed into the terminal. Null when it was not.';
comment on column history.interactions.settled_at is 'When it was known what became of it. Null before.';
comment on column history.interactions.delivery_seconds is 'From answered_at to settled_at: what the system itself took. Null before.';
--> statement-breakpoint

comment on view history.phases is 'One row a stretch of scap''s output from "Started X" to "Finished X".';
comment on column history.phases.job_id is 'Number of the job.';
comment on column history.phases.phase_id is '1 for the first phase of the job.';
comment on column history.phases.name is 'The X of scap''s words.';
comment on column history.phases.depth is '0 for an outermost phase, 1 for one inside it, and so on.';
comment on column history.phases.started_at is 'When it started.';
comment on column history.phases.finished_at is 'When it finished, or when the job ended, whichever came first. Null while it goes on.';
comment on column history.phases.duration_seconds is 'From start to finish; so far, while it goes on.';
comment on column history.phases.waiting_for_people_seconds is 'The part of it in which a question was unanswered.';
comment on column history.phases.working_seconds is 'The rest of it. Compare phases by this.';
comment on column history.phases.ended_with_job is 'True when the job ended and scap had not said that the phase finished: its duration is not comparable.';
--> statement-breakpoint

comment on view history.events is 'Everything that happened to a job, in order, as sentences.';
comment on column history.events.job_id is 'Number of the job.';
comment on column history.events.seq is '1 for the creation of the job; the order in which things became true.';
comment on column history.events.at is 'When it happened.';
comment on column history.events.kind is 'What sort of thing, in a word.';
comment on column history.events.actor is 'User name of the person who caused it. Null when scap or a worker did.';
comment on column history.events.what is 'What happened, in a sentence.';
comment on column history.events.seconds_since_created is 'Time since the job was requested.';
comment on column history.events.interaction_id is 'The question it is about. Null when it is about none.';
comment on column history.events.phase_id is 'The phase it is about. Null when it is about none.';
comment on column history.events.data is 'Further facts, by kind.';
--> statement-breakpoint

comment on view history.signals is 'One row a request to stop a running job.';
comment on column history.signals.job_id is 'Number of the job.';
comment on column history.signals.signal_id is 'Number of the request.';
comment on column history.signals.kind is 'interrupt, interrupt_group, terminate or kill.';
comment on column history.signals.meaning is 'What was sent, in words.';
comment on column history.signals.requested_by is 'User name of the person who asked.';
comment on column history.signals.requested_at is 'When it was asked for.';
comment on column history.signals.delivered_at is 'When it was sent, or found to have nobody left to go to. Null before.';
comment on column history.signals.delivery_seconds is 'From requested_at to delivered_at. Null before.';
comment on column history.signals.process_count is 'How many processes got it; 0 when none was left. Null before.';
comment on column history.signals.job_state is 'State of the job now.';
comment on column history.signals.job_outcome is 'Outcome of the job. Null until it ended.';
--> statement-breakpoint

comment on view history.log_lines is 'One row a line that scap printed. Ask with job_id, and with line or an order by line where the log is long. Old output is deleted after its retention; deployments.lines still counts it.';
comment on column history.log_lines.job_id is 'Number of the job.';
comment on column history.log_lines.line is '1 for the first line; the number in the address of the log page.';
comment on column history.log_lines.at is 'When it was read from the terminal, to the fraction of a second.';
comment on column history.log_lines.text is 'The line without colour codes. Of a line that was overwritten (a progress bar) the last state.';
comment on column history.log_lines.text_with_colours is 'The line with scap''s colour codes, for a terminal.';
--> statement-breakpoint

comment on view history.workers is 'One row a start of a worker process, also of those that are gone.';
comment on column history.workers.worker_id is 'Chosen anew at each start.';
comment on column history.workers.host is 'Name of its host.';
comment on column history.workers.pid is 'Its process id there.';
comment on column history.workers.version is 'Version of SpiderPig that it ran.';
comment on column history.workers.state is 'working, stopped (in good order) or silent (no sign of life for a minute).';
comment on column history.workers.started_at is 'When it started.';
comment on column history.workers.seen_at is 'Its latest sign of life.';
comment on column history.workers.stopped_at is 'When it stopped in good order. Null while it runs, and when it died.';
comment on column history.workers.seconds_since_seen is 'Time since its latest sign of life.';
comment on column history.workers.live_jobs is 'Numbers of the jobs it looks after now. Null when there are none.';
--> statement-breakpoint

-- Roles belong to the whole cluster, and only some accounts may create them. Neither another database that creates
-- it at this moment nor a missing right may stop a migration: nothing of the program depends on this role.
do $$
begin
  if not exists (select from pg_roles where rolname = 'spiderpig_reader') then
    create role spiderpig_reader nologin;
    comment on role spiderpig_reader is
      'May read the views of schema history, and nothing else. Grant it to people; nobody logs in as it.';
  end if;
exception
  when duplicate_object or unique_violation then
    null;
  when insufficient_privilege then
    raise notice 'role spiderpig_reader is missing and % may not create it: docs/sql.md says what an administrator has to run', current_user;
end;
$$;
--> statement-breakpoint

do $$
begin
  if exists (select from pg_roles where rolname = 'spiderpig_reader') then
    grant usage on schema history to spiderpig_reader;
    grant select on all tables in schema history to spiderpig_reader;
    alter default privileges in schema history grant select on tables to spiderpig_reader;
  end if;
end;
$$;
