-- Old code: may go on running.
-- Says of answers what is true: typed_at is written when an answer is settled, and no answer is ever `typed`.
--
-- Why now: the manual promised the moment of the keystrokes. A worker learns of them together with what became of them,
--   two seconds later at most, or much later when it was away; so whoever took the difference of settled_at and
--   typed_at for the time that scap took to read has always got 0.
-- Locks: none that anybody notices. Undo: put the comments of 0001 and 0002 back.

comment on type spiderpig.delivery_state is
  'What became of an answer. accepted: stored, and nobody knows more yet. typed: never written by any version. consumed: scap read it. not_consumed: written to the terminal, but scap did not read it in time and it was taken back. undelivered: not typed, or what became of it cannot be known any more; the event answer_settled says why.';
--> statement-breakpoint
comment on column spiderpig.answer.typed_at is 'When the worker wrote down that it had been written to the terminal, which is the moment of settled_at and not of the keystrokes. Null before, and for ever when it was undelivered.';
--> statement-breakpoint
comment on column history.interactions.delivery is 'What became of the answer: accepted, consumed, not_consumed or undelivered, as explained by the type spiderpig.delivery_state. Null when nobody answered.';
--> statement-breakpoint
comment on column history.interactions.typed_at is 'When it was known that the answer had been typed into the terminal: the same as settled_at. Null when it was not typed.';
