-- Durations that reports read, computed once: when a phase or a job ends. Computed in the views, a report over a month would
-- read every question of the month again for each of its phases.

create or replace function spiderpig.elapsed(since timestamptz, until timestamptz)
returns interval
language sql
immutable
parallel safe
return case when until < since then interval '0' else until - since end;

comment on function spiderpig.elapsed(timestamptz, timestamptz) is
  'The time between two moments; zero if clock skew puts the second before the first. Null if one is unknown.';

-- A view calls a function with the rights of the reader, who has none on the tables.
create or replace function spiderpig.waited_between(the_job integer, since timestamptz, until timestamptz)
returns interval
language sql
stable
security definer
begin atomic
  select case
    when since is not null then least(
      coalesce(
        sum(spiderpig.elapsed(greatest(i.asked_at, since), least(coalesce(i.ended_at, until), until))),
        interval '0'
      ),
      spiderpig.elapsed(since, until)
    )
  end
  from spiderpig.interaction i
  where i.job_id = the_job;
end;

comment on function spiderpig.waited_between(integer, timestamptz, timestamptz) is
  'How long questions of the job were unanswered between two times. Null if the first one is unknown.';

create or replace function spiderpig.set_phase_durations()
returns trigger
language plpgsql
as $$
begin
  new.ended_at := coalesce(new.ended_at, new.finished_at);
  new.working := spiderpig.elapsed(new.started_at, new.ended_at)
    - spiderpig.waited_between(new.job_id, new.started_at, new.ended_at);
  return new;
end;
$$;

comment on function spiderpig.set_phase_durations() is 'Sets ended_at and working of a phase that ends.';

create trigger set_durations
before insert or update on spiderpig.phase
for each row
when (new.working is null and (new.finished_at is not null or new.ended_at is not null))
execute function spiderpig.set_phase_durations();

-- With the rights of the owner: a web process that declares a job lost may not write phases.
create or replace function spiderpig.set_job_durations()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.waited := spiderpig.waited_between(new.id, new.started_at, new.finished_at);
  -- scap did not say that these finished.
  update spiderpig.phase
  set ended_at = greatest(new.finished_at, started_at)
  where job_id = new.id
    and ended_at is null;
  return new;
end;
$$;

comment on function spiderpig.set_job_durations() is 'Sets waited of a job that ends, and the end of its open phases.';

create trigger set_durations
before update on spiderpig.job
for each row
when (old.finished_at is null and new.finished_at is not null and new.started_at is not null)
execute function spiderpig.set_job_durations();
