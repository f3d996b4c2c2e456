-- Old code: may go on running.
-- A row for each lane, which freezes, requests and starts of that lane lock in turn.
--
-- Why now: they took turns by an advisory lock, which anybody may take who may connect to the database, also a reader of
--   the history; nothing of the lane could start then, and no freeze was taken. A row can be locked only by those who may
--   write it.
-- Locks: none that anybody waits for; the table is new. While code of before runs beside this, a freeze and a start of the
--   same instant do not see each other, and the start counts as the first.
-- Undo: drop the table.

CREATE TABLE "spiderpig"."lane" (
	"name" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint

comment on table spiderpig.lane is
  'The lanes that were ever used, each to be locked by whoever freezes it, asks for a job in it or starts one. Says nothing about them.';
--> statement-breakpoint
comment on column spiderpig.lane.name is 'Name of the lane, as in job.lane.';
