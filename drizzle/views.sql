-- The schema of the history views, and the functions that the views share. The views are in views/, a file each.
--
-- People and dashboards query these views. The tables serve the program and change with it; the views have
-- stable names, seconds instead of intervals, and reasons as sentences. Renaming a column is a breaking change.
-- The views run with the rights of their owner, so a reader needs none on the tables. States and kinds are text: a
-- query of a reader must not depend on types of a schema that the reader cannot see.
--
-- A view is replaced in place, so that grants on it and views that others built on it remain. PostgreSQL replaces a view
-- only if it keeps its columns and appends new ones; for any other change put "drop view if exists history.x cascade;"
-- above it, and consider the views in other schemas that this drops.

create schema if not exists history;
comment on schema history is
  'For people: what was deployed, by whom, with which answers, how long each part took, and what scap printed. Times are timestamptz, durations are seconds. Role spiderpig_reader may read all of it and nothing else.';

create or replace function spiderpig.seconds(duration interval)
returns numeric
language sql
immutable
parallel safe
return round(extract(epoch from duration), 3);

comment on function spiderpig.seconds(interval) is 'Length in seconds, to the millisecond.';

create or replace function spiderpig.duration_text(duration interval)
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

comment on function spiderpig.duration_text(interval) is 'A duration as text: in minutes, and from two hours in hours.';

create or replace function spiderpig.reached_text(reached spiderpig.reached, is_partial boolean, is_approved boolean)
returns text
language sql
immutable
parallel safe
return case reached
  when 'nowhere' then
    case when is_approved then 'The changes are approved and may still be merged.' else 'Nothing was deployed.' end
  when 'merged' then 'The changes are merged and on no server.'
  when 'testservers' then format('The test servers %s the changes.', case when is_partial then 'may have' else 'have' end)
  when 'canaries' then format('The canaries %s the changes.', case when is_partial then 'may have' else 'have' end)
  when 'production' then format('Production %s the changes.', case when is_partial then 'may have' else 'has' end)
end;

comment on function spiderpig.reached_text(spiderpig.reached, boolean, boolean) is 'How far the changes of a job came, as a sentence.';

-- A message of several lines in one line of at most 200 characters.
create or replace function spiderpig.shortened(message text)
returns text
language sql
immutable
parallel safe
return (
  select case when length(flat.text) > 200 then '… ' || ltrim(right(flat.text, 198)) else flat.text end
  from (
    select trim(regexp_replace(
      regexp_replace(right(message, 8000), '^[^\n]*[\u2500-\u257f][^\n]*$', '', 'gn'),
      '\s+', ' ', 'g'
    )) as text
  ) flat
);

comment on function spiderpig.shortened(text) is 'The message of a question as part of a sentence: on one line, without tables, and of a long message the last 200 characters, because the question is at its end.';

-- Colours (SGR) and links (OSC 8), which is all that a line of the log may hold. Most lines have none, and looking for one
-- escape character is ten times faster than the pattern. The pattern takes time in proportion to the text: each part of it
-- ends at the next escape character.
create or replace function spiderpig.without_colours(line text)
returns text
language sql
immutable
parallel safe
return case
  when strpos(line, chr(27)) > 0
    then regexp_replace(line, '\x1b(\[[0-9:;]*m|\][^\x1b\x07]*(\x07|\x1b\\))', '', 'g')
  else line
end;

comment on function spiderpig.without_colours(text) is 'The line without its colours and links.';

create or replace function spiderpig.signal_text(kind text)
returns text
language sql
immutable
parallel safe
return case kind
  when 'interrupt_group' then 'press Ctrl-C in scap''s terminal'
  else coalesce(kind, 'stop') || ' scap'
end;

comment on function spiderpig.signal_text(text) is 'What a signal of this kind does, as text.';

-- A view calls a function with the rights of the reader, who has none on the tables.
create or replace function spiderpig.signal_senders(the_job integer)
returns text
language sql
stable
security definer
begin atomic
  select ', as ' || string_agg(
    distinct case
      when s.interaction_id is not null then 'the policy for unanswered questions'
      else s.requested_by
    end,
    ' and '
  ) || ' asked'
  from spiderpig.signal s
  where s.job_id = the_job
    and s.process_count > 0;
end;

comment on function spiderpig.signal_senders(integer) is 'Who sent signals that reached processes of the job, as part of a sentence.';
