-- The functions that the rules use.

create or replace function spiderpig.is_job_transition(from_state spiderpig.job_state, to_state spiderpig.job_state)
returns boolean
language sql
stable
begin atomic
  select exists (
    select
    from spiderpig.job_transition m
    where m.from_state = is_job_transition.from_state
      and m.to_state = is_job_transition.to_state
  );
end;

comment on function spiderpig.is_job_transition(spiderpig.job_state, spiderpig.job_state) is
  'Whether this transition of a job is permitted.';

create or replace function spiderpig.is_interaction_transition(
  from_state spiderpig.interaction_state,
  to_state spiderpig.interaction_state
)
returns boolean
language sql
stable
begin atomic
  select exists (
    select
    from spiderpig.interaction_transition m
    where m.from_state = is_interaction_transition.from_state
      and m.to_state = is_interaction_transition.to_state
  );
end;

comment on function spiderpig.is_interaction_transition(spiderpig.interaction_state, spiderpig.interaction_state) is
  'Whether this transition of an interaction is permitted.';

create or replace function spiderpig.asks_for_secret(interaction_id integer)
returns boolean
language sql
stable
begin atomic
  select exists (
    select
    from spiderpig.interaction i
    where i.id = asks_for_secret.interaction_id
      and i.kind = 'secret'
  );
end;

comment on function spiderpig.asks_for_secret(integer) is
  'Whether the answer to this interaction must not be stored.';

-- The message contains keys and states only: a refused row may contain what a deployer typed.
create or replace function spiderpig.refuse()
returns trigger
language plpgsql
as $$
declare
  was jsonb := to_jsonb(old);
  is_now jsonb := to_jsonb(new);
begin
  raise exception using
    errcode = 'check_violation',
    schema = tg_table_schema,
    table = tg_table_name,
    constraint = tg_argv[0],
    message = tg_argv[1],
    detail = format(
      '%s %s of %s%s.',
      lower(tg_op),
      case tg_level when 'ROW' then 'of a row' else 'of everything' end,
      tg_table_name,
      (
        select string_agg(format(', %s: %s', k, concat_ws(' -> ', was ->> k, nullif(is_now ->> k, was ->> k))), '')
        from unnest(array['job_id', 'id', 'interaction_id', 'seq', 'position', 'state', 'delivery']) as k
        where coalesce(was, is_now) ? k
      )
    );
end;
$$;

comment on function spiderpig.refuse() is
  'Raises check_violation for a forbidden write. Arguments of the trigger: name of the rule, a sentence.';

-- Two rows state one fact. Checked at commit, so that a transaction may write them in either order.
create or replace function spiderpig.refuse_unmatched_answer()
returns trigger
language plpgsql
as $$
declare
  the_id integer := case tg_table_name when 'answer' then to_jsonb(new) ->> 'interaction_id' else to_jsonb(new) ->> 'id' end;
  is_answered boolean := (select i.state = 'answered' from spiderpig.interaction i where i.id = the_id);
  has_answer boolean := exists (select from spiderpig.answer a where a.interaction_id = the_id);
begin
  if is_answered = has_answer then
    return null;
  end if;
  raise exception using
    errcode = 'check_violation',
    schema = 'spiderpig',
    table = tg_table_name,
    constraint = 'answered_iff_answer_exists',
    message = 'an interaction is answered exactly when there is an answer to it',
    detail = format('interaction %s', the_id);
end;
$$;

comment on function spiderpig.refuse_unmatched_answer() is
  'Raises check_violation when an interaction is answered without an answer, or the other way round.';

create or replace function spiderpig.errors_per_minute()
returns double precision
language sql
stable
begin atomic
  select s.per_minute
  from spiderpig.error_source s
  where s.as_of > statement_timestamp() - interval '3 minutes';
end;

comment on function spiderpig.errors_per_minute() is
  'Errors per minute of the servers now. Null when the error source is not configured, or was not read in the last three minutes.';

create or replace function spiderpig.errors_per_minute_before(at timestamptz)
returns double precision
language sql
stable
begin atomic
  select avg(m.errors)::double precision
  from spiderpig.error_minute m
  where m.minute >= date_trunc('minute', errors_per_minute_before.at) - interval '10 minutes'
    and m.minute < date_trunc('minute', errors_per_minute_before.at);
end;

comment on function spiderpig.errors_per_minute_before(timestamptz) is
  'Errors per minute of the servers in the ten minutes before. Null when none of these minutes was read, or all are deleted.';
