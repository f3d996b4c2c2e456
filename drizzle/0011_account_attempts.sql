-- Old code: may go on running.
-- What the counted attempts to sign in are counted by, now that accounts are counted besides addresses.
--
-- Why now: the pace of attempts at one account is kept in the same table.
-- Locks: the catalogue only. Undo: the comment that 0004 set.

comment on column auth."rate_limit"."key" is 'What is counted: an address and a path, or an account (hashed) and perhaps one of its browsers.';
