-- The rows of job_search, which the search of jobs reads instead of five tables. Triggers write a row whenever one of its
-- sources changes, so that no writer can forget it.
--
-- After a change of the view, existing rows keep their earlier content: after the first release it needs a migration that
-- writes them again.

-- Words of a-z and 0-9 with one space between them. What a locale calls a letter differs: those outside of ASCII become
-- their code points, and those that are punctuation separate words. The length of a word is limited, because an index refuses
-- long ones, and with them the job.
create or replace function spiderpig.search_text(original text)
returns text
language sql
immutable
parallel safe
return regexp_replace(
  regexp_replace(
    case
      when octet_length(original) = length(original) then lower(original)
      else (
        select string_agg(
          case
            when c collate "C" between U&'\0080' and U&'\00BF' or c collate "C" between U&'\2000' and U&'\206F' then ' '
            when ascii(c) > 127 then 'x' || to_hex(ascii(c))
            else c
          end,
          '' order by n
        )
        from string_to_table(lower(original), null) with ordinality as each_character (c, n)
      )
    end collate "C",
    '[^a-z0-9]+', ' ', 'g'
  ),
  '([a-z0-9]{100})[a-z0-9]+', '\1', 'g'
);

comment on function spiderpig.search_text(text) is
  'A text as the search compares it: words of a-z and 0-9 in lower case, with one space between them.';

create or replace function spiderpig.is_search_number(word text)
returns boolean
language sql
immutable
parallel safe
return word ~ '^t?[0-9]+$';

comment on function spiderpig.is_search_number(text) is
  'Whether a word is a number or a task, which is found as a whole only: they are too many to be found by a part.';

-- Two letters are part of too many words.
create or replace function spiderpig.search_pattern(word text)
returns text
language sql
immutable
parallel safe
return case
  when spiderpig.is_search_number(word) then word
  when length(word) < 3 then word || '%'
  else '%' || word || '%'
end;

comment on function spiderpig.search_pattern(text) is
  'The pattern of the words that a word of a search text finds. One of one or two letters is found only at the beginning of words.';

-- The words of a document are surrounded by spaces.
create or replace function spiderpig.search_document_pattern(word text)
returns text
language sql
immutable
parallel safe
return case
  when spiderpig.is_search_number(word) then '% ' || word || ' %'
  when length(word) < 3 then '% ' || word || '%'
  else '%' || word || '%'
end;

comment on function spiderpig.search_document_pattern(text) is 'The pattern of the documents with such a word.';

-- LABELS of app/text/labels.ts; a test compares them.
create or replace function spiderpig.job_label(state spiderpig.job_state, outcome spiderpig.outcome, completed_label text)
returns text
language sql
immutable
parallel safe
return case outcome
  when 'completed' then completed_label
  when 'nothing_to_deploy' then 'Nothing to deploy'
  when 'prepared' then 'Prepared'
  when 'declined' then 'Declined'
  when 'refused' then 'Refused'
  when 'rolled_back' then 'Rolled back'
  when 'rollback_failed' then 'Rollback failed'
  when 'exit_nonzero' then 'Failed'
  when 'interrupted' then 'Interrupted'
  when 'killed' then 'Killed'
  when 'spawn_failed' then 'Failed to start'
  when 'cancelled_while_queued' then 'Cancelled'
  when 'holder_lost' then 'Lost'
  when 'unclear' then 'Result unknown'
  else
    case state
      when 'queued' then 'Queued'
      when 'running' then 'Running'
      when 'waiting' then 'Waiting for input'
    end
end;

comment on function spiderpig.job_label(spiderpig.job_state, spiderpig.outcome, text) is
  'The outcome or state of a job, in the words of the page.';

-- How many jobs, by their ids, a search through the index reads before it continues with older ones.
create or replace function spiderpig.search_block(job_id integer)
returns integer
language sql
immutable
parallel safe
return job_id / 50000;

comment on function spiderpig.search_block(integer) is 'The block of consecutive jobs to which a job belongs.';

-- With the block in each facet, a search through the index reads the entries of one block only.
create or replace function spiderpig.search_facets(first_block integer, last_block integer, named_values text[])
returns text[]
language sql
immutable
parallel safe
return array(
  select b.block || ' ' || v.named_value
  from generate_series(first_block, last_block) as b (block)
  cross join unnest(named_values) as v (named_value)
);

comment on function spiderpig.search_facets(integer, integer, text[]) is
  'The facets that jobs of these blocks have for values with their names: 3 lane:mediawiki.';

-- Facets have a limited length, like words.
create or replace view spiderpig.job_search_source as
select
  j.id as job_id,
  j.created_at,
  j.finished_at is not null as is_ended,
  spiderpig.search_facets(spiderpig.search_block(j.id), spiderpig.search_block(j.id), array[
    'job',
    'job:' || j.id,
    'number:' || j.id,
    'state:' || j.state,
    'kind:' || j.kind,
    'lane:' || j.lane,
    'user:' || j.requested_by
  ] || case when j.outcome is null then '{}' else array['outcome:' || j.outcome] end
  || case when j.window_id is null then '{}' else array['window:' || j.window_id] end || coalesce(c.facets, '{}') || array(
    -- Numbers that people wrote, and tasks without their T.
    select distinct 'number:' || n.digits[1]
    from regexp_matches(t.prose, '\mt?([0-9]{1,15})\M', 'g') as n (digits)
  ) || array(
    select distinct 'word:' || w.word
    from string_to_table(t.prose || ' ' || t.names, ' ') as w (word)
    where w.word <> ''
  )) as facets,
  concat(' ', t.prose, ' ', t.names, ' ') as document
from spiderpig.job j
cross join lateral (
  select
    array_agg('change:' || c.number) || array_agg(distinct 'project:' || left(c.project, 200)) as facets,
    string_agg(concat_ws(' ', c.number, left(c.subject, 1000)), ' ' order by c.position) as subjects,
    concat_ws(
      ' ',
      string_agg(distinct left(c.project, 200), ' '),
      string_agg(distinct left(c.branch, 200), ' '),
      string_agg(distinct left(c.owner, 200), ' ')
    ) as names
  from spiderpig.change c
  where c.job_id = j.id
) c
cross join lateral (
  select string_agg(distinct n.name, ' ') as names
  from (
    select a.answered_by as name
    from spiderpig.interaction i
    join spiderpig.answer a on a.interaction_id = i.id
    where i.job_id = j.id
    union all
    select s.requested_by
    from spiderpig.signal s
    where s.job_id = j.id
  ) n
) p
cross join lateral (
  select string_agg(e.data ->> 'note', ' ' order by e.seq) as notes, string_agg(e.actor, ' ') as names
  from spiderpig.job_event e
  where e.job_id = j.id
    and e.data ? 'note'
) e
cross join lateral (
  select string_agg(entered.value #>> '{}', ' ') as texts
  from jsonb_each(j.parameters) as entered (name, value)
  where jsonb_typeof(entered.value) = 'string'
) v
cross join lateral (
  select
    spiderpig.search_text(concat_ws(' ', c.subjects, v.texts, j.reason, e.notes)) as prose,
    spiderpig.search_text(
      concat_ws(
        ' ', spiderpig.job_label(j.state, j.outcome, j.operation ->> 'completedLabel'), j.operation ->> 'name', j.requested_by,
        j.kind, j.lane, c.names, j.decided_by, p.names, e.names
      )
    ) as names
  -- Each text is used several times, and would be computed as often without this.
  offset 0
) t;

comment on view spiderpig.job_search_source is 'The current content of each row of job_search.';
comment on column spiderpig.job_search_source.job_id is 'The job that it describes.';
comment on column spiderpig.job_search_source.created_at is 'When it was requested and queued.';
comment on column spiderpig.job_search_source.is_ended is 'Whether it has ended.';
comment on column spiderpig.job_search_source.facets is 'Exact values, each with the block of the job and its name: 3 lane:mediawiki.';
comment on column spiderpig.job_search_source.document is 'All words of the job in one text.';

-- In the order of words: of two transactions with the same new words one waits for the other, and they do not deadlock.
-- With the rights of the owner: no other program writes this table.
create or replace function spiderpig.add_search_words(the_job integer)
returns void
language sql
security definer
begin atomic
  insert into spiderpig.search_word (word)
  select w.word
  from spiderpig.job_search s
  cross join lateral string_to_table(s.document, ' ') as w (word)
  where s.job_id = the_job
    and s.is_ended
    and w.word <> ''
    and not spiderpig.is_search_number(w.word)
    and not exists (select from spiderpig.search_word known where known.word = w.word)
  group by w.word
  order by w.word
  on conflict do nothing;
end;

comment on function spiderpig.add_search_words(integer) is 'Adds the words of a job that has ended to search_word.';

create or replace function spiderpig.refresh_job_search(the_job integer)
returns void
language sql
begin atomic
  insert into spiderpig.job_search as t (job_id, created_at, is_ended, facets, document)
  select s.job_id, s.created_at, s.is_ended, s.facets, s.document
  from spiderpig.job_search_source s
  where s.job_id = the_job
  on conflict (job_id) do update
  set
    is_ended = excluded.is_ended,
    facets = excluded.facets,
    document = excluded.document;
  select spiderpig.add_search_words(the_job);
end;

comment on function spiderpig.refresh_job_search(integer) is 'Writes the row of a job in job_search again.';

create or replace function spiderpig.refresh_search_of_job()
returns trigger
language plpgsql
as $$
begin
  perform spiderpig.refresh_job_search(
    case tg_table_name
      when 'job' then to_jsonb(new) ->> 'id'
      when 'answer' then (select i.job_id::text from spiderpig.interaction i where i.id = (to_jsonb(new) ->> 'interaction_id')::integer)
      else to_jsonb(new) ->> 'job_id'
    end::integer
  );
  return null;
end;
$$;

comment on function spiderpig.refresh_search_of_job() is 'Writes the row in job_search of the job of a changed row again.';

create or replace function spiderpig.refresh_search_of_changes()
returns trigger
language plpgsql
as $$
begin
  perform spiderpig.refresh_job_search(n.job_id) from (select distinct job_id from inserted) n;
  return null;
end;
$$;

comment on function spiderpig.refresh_search_of_changes() is 'Writes the rows in job_search of the jobs of inserted changes again.';

create trigger search_job
after insert on spiderpig.job
for each row
execute function spiderpig.refresh_search_of_job();

create trigger search_job_state
after update on spiderpig.job
for each row
when (old.state <> new.state)
execute function spiderpig.refresh_search_of_job();

create trigger search_changes
after insert on spiderpig.change
referencing new table as inserted
for each statement
execute function spiderpig.refresh_search_of_changes();

create trigger search_answer
after insert on spiderpig.answer
for each row
execute function spiderpig.refresh_search_of_job();

create trigger search_signal
after insert on spiderpig.signal
for each row
execute function spiderpig.refresh_search_of_job();

create trigger search_note
after insert on spiderpig.job_event
for each row
when (new.data ? 'note')
execute function spiderpig.refresh_search_of_job();
