-- Old code: may go on running.
-- Lines of output that was declared removed are shown to nobody, also before the last of them is deleted.
--
-- Why now: what is removed by its retention is deleted in small parts, later. Until then the page and the interface refused
--   it, and history.log_lines still had what was left, in pieces; for long if the worker that deleted it was stopped.
-- Locks: access exclusive on the view for the moment of its replacement. Undo: the view of 0002.

create or replace view history.log_lines as
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
where o.line_count > 0
  and exists (
    select
    from spiderpig.job j
    where j.id = o.job_id
      and j.output_removed_at is null
  );
--> statement-breakpoint

comment on view history.log_lines is 'One row a line that scap printed. Ask with job_id, and with line or an order by line where the log is long. Output that was removed after its retention (deployments.output_removed_at) is not here; deployments.lines still counts it.';
