-- Old code: may go on running.
-- Gives each question a token that comes along with its answer when the worker is notified of it.
--
-- Why now: a worker types an answer that the notification brings, without the journey to its row. Whoever may connect to
--   the database may send a notification, also a reader of the history, whom nobody permitted to answer. The token is
--   known to those who may write answers, because only they may read this table; it is worth nothing once it has been
--   sent. Code of before neither sends nor asks for it: its answers are found in the rows.
-- Locks: the table of interactions, for a moment; no row is written. Undo: drop the column.

alter table spiderpig.interaction add column answer_token uuid;
--> statement-breakpoint
alter table spiderpig.interaction alter column answer_token set default gen_random_uuid();
--> statement-breakpoint
comment on column spiderpig.interaction.answer_token is 'Comes along with the notification of the answer: only who may read this table can know it, so the worker need not look for the row. In no view. Null in rows of before there were tokens.';
