-- One row for each line, out of rows that hold many. A condition on `line` cannot become an index condition on first_line
-- (PostgreSQL derives no inequality through a join), so the form decides what such a condition saves. Here it
-- filters the bare numbers of a block before its text is touched, and a text is fetched and split at most once: the
-- sub-select does not depend on n, so it runs when the first wanted line asks for it; `materialized` keeps it that
-- way. On a job of a million lines in blocks of 100, 500 lines cost 0.2 s and 180 buffers, all of it 1.4 s.
-- Tried: unnest with ordinality, which reads every text (0.5 s, 33,000 buffers for those 500 lines); an index
-- lookup for each line, driven by generate_series over the job (0.1 s for 500 lines, 50 s for all).
create or replace view history.log_lines as
select
  b.job_id,
  l.line,
  coalesce(b.at - b.line_ages_ms[l.line - b.first_line + 1] * interval '1 millisecond', b.at) as at,
  spiderpig.without_colours(l.text) as text,
  l.text as text_with_colours
from spiderpig.log_block b
cross join lateral (
  with split as materialized (
    select string_to_array(b.text, chr(10)) as lines
  )
  select
    n as line,
    coalesce((select s.lines from split s)[n - b.first_line + 1], '') as text
  from generate_series(b.first_line, b.first_line + b.line_count - 1) as n
) l
where exists (
    select
    from spiderpig.job j
    where j.id = b.job_id
      and j.output_removed_at is null
  )
union all
-- The lines on the screen of a job that runs.
select
  t.job_id,
  (t.settled_lines + l.n)::integer,
  l.at,
  spiderpig.without_colours(l.text),
  l.text
from spiderpig.log_tail t
cross join lateral unnest(t.live_texts, t.live_at) with ordinality as l (text, at, n)
where exists (
    select
    from spiderpig.job j
    where j.id = t.job_id
      and j.output_removed_at is null
  );

comment on view history.log_lines is 'One row for each line of the log, as a terminal shows what scap printed. The last 50 lines of a running job may still change. Restrict a query by job_id, and by line where the log is long. Output that was removed after its retention (deployments.output_removed_at) is not here; deployments.lines still counts it.';
comment on column history.log_lines.job_id is 'Number of the job.';
comment on column history.log_lines.line is '1 for the first line; the number in the address of the log page.';
comment on column history.log_lines.at is 'When its text last changed.';
comment on column history.log_lines.text is 'The line without colours and links. Of a line that was redrawn (a progress bar) the last state.';
comment on column history.log_lines.text_with_colours is 'The line with its colours (SGR sequences) and links (OSC 8 sequences), for a terminal. Each line begins and ends in the default colour.';
