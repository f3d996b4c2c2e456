-- One row for each question of scap, with its answer.

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
    spiderpig.elapsed(i.asked_at, least(coalesce(i.ended_at, statement_timestamp()), j.finished_at))
  ) as waited_seconds,
  a.delivery::text as delivery,
  a.settled_at,
  spiderpig.seconds(spiderpig.elapsed(a.answered_at, a.settled_at)) as delivery_seconds,
  i.reminder_count as reminders,
  case
    when i.reminder_count > 0 then (
      select min(e.at)
      from spiderpig.job_event e
      where e.job_id = i.job_id
        and e.interaction_id = i.id
        and e.kind = 'interaction_reminded'
    )
  end as first_reminded_at,
  i.reminded_at as last_reminded_at,
  spiderpig.seconds(spiderpig.elapsed(case
      when i.reminder_count > 0 then (
        select min(e.at)
        from spiderpig.job_event e
        where e.job_id = i.job_id
          and e.interaction_id = i.id
          and e.kind = 'interaction_reminded'
      )
    end, a.answered_at)) as answered_after_reminder_seconds,
  i.expires_at,
  i.expiry_action::text as expiry_action,
  i.line,
  i.title,
  j.requested_by,
  i.errors_before,
  i.errors_at_question,
  a.errors_at_answer
from spiderpig.interaction i
join spiderpig.job j on j.id = i.job_id
left join spiderpig.answer a on a.interaction_id = i.id;

comment on view history.interactions is 'One row for each question that scap asked, with its answer: who, when, what, after how long.';
comment on column history.interactions.job_id is 'Number of the job.';
comment on column history.interactions.interaction_id is 'Number of the question.';
comment on column history.interactions.kind is 'yes_no, choices, acknowledge, text, secret or screen.';
comment on column history.interactions.question is 'The question in scap''s words, with its line breaks.';
comment on column history.interactions.options is 'Texts of the options, separated by " | ". Null for text, secret and most screens.';
comment on column history.interactions.default_answer is 'The answer that Enter alone gives, as text. Null when there is none.';
comment on column history.interactions.recognised is 'False if all that was known is that scap waited for input.';
comment on column history.interactions.complaint is 'scap''s message about the previous answer, which it did not accept. Null if it asked for the first time.';
comment on column history.interactions.state is 'pending, answered, withdrawn (scap continued or ended) or expired.';
comment on column history.interactions.asked_at is 'When scap began to wait.';
comment on column history.interactions.ended_at is 'When it was answered, withdrawn or expired. Null while pending.';
comment on column history.interactions.answered_by is 'User name of the person who answered. Null without an answer.';
comment on column history.interactions.answer_text is 'The text of the answer. Null without an answer, and for a secret, which is never stored.';
comment on column history.interactions.answered_at is 'When the answer was accepted. Null without an answer.';
comment on column history.interactions.waited_seconds is 'How long scap waited for people, up to its end; so far, while pending.';
comment on column history.interactions.delivery is 'Result of the answer: accepted, consumed, not_consumed or undelivered, as explained by the type spiderpig.delivery_state. Null without an answer.';
comment on column history.interactions.settled_at is 'When the result was known. Null before.';
comment on column history.interactions.delivery_seconds is 'From answered_at to settled_at: the time that SpiderPig and scap took. Null before.';
comment on column history.interactions.reminders is 'Number of reminders sent because there was no answer.';
comment on column history.interactions.first_reminded_at is 'When people were first reminded. Null when they were not.';
comment on column history.interactions.last_reminded_at is 'When people were last reminded. Null when they were not.';
comment on column history.interactions.answered_after_reminder_seconds is 'From the first reminder to the answer. Null without either.';
comment on column history.interactions.expires_at is 'When the policy ends the question without an answer. Null when there is no policy.';
comment on column history.interactions.expiry_action is 'What the policy sends scap then: interrupt or terminate. Null when there is no policy.';
comment on column history.interactions.line is 'Number of the log line at which scap waited.';
comment on column history.interactions.title is 'The last line of the question: the same wherever scap asks it. Use it to group.';
comment on column history.interactions.requested_by is 'Who requested the job.';
comment on column history.interactions.errors_before is 'Errors per minute of the servers in the ten minutes before the job started. Null when they are not known: without an error source, or while it did not respond.';
comment on column history.interactions.errors_at_question is 'Errors per minute of the servers when scap asked. Null when they are not known.';
comment on column history.interactions.errors_at_answer is 'Errors per minute of the servers when the answer was accepted. Null without an answer, and when they are not known.';
