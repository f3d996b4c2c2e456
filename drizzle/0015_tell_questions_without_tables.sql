-- Old code: may go on running.
-- Questions in the sentences of the history: without the tables that scap draws, and with their end when they are long.
--
-- Why now: of "The following changes are scheduled for backport", a table, and "Backport the changes?" a reader got the
--   upper edge of the table, and never what was asked. What is asked stands at the end.
-- Locks: none on tables. Undo: the function of 0002.

create or replace function spiderpig.in_short(message text)
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
--> statement-breakpoint
comment on function spiderpig.in_short(text) is 'What scap asks as part of a sentence: on one line, without the tables that it draws, and of a long text the last 200 characters, where the question stands.';
