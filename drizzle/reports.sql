-- The figures of a week: computed by the functions of report-figures.sql, stored when the week is over (tables report_week…),
-- and removed by a trigger when a job changes them afterwards. The views history.weekly… show what is stored and compute the
-- rest, so they are right whether or not anything is stored; storing only makes them fast. `truncate spiderpig.report_week
-- cascade` has all weeks computed again.
--
-- Rejected: counters that each job increments. They hold no percentiles, and all lanes would wait for one row.
--
-- A view calls a function with the rights of the reader, who has none on the tables: therefore "security definer".

create or replace function spiderpig.week_of(at timestamptz)
returns date
language sql
immutable
parallel safe
return date_trunc('week', at at time zone 'UTC')::date;

comment on function spiderpig.week_of(timestamptz) is 'The Monday of the week, in UTC.';

create or replace function spiderpig.week_start(week date)
returns timestamptz
language sql
immutable
parallel safe
return week::timestamp at time zone 'UTC';

comment on function spiderpig.week_start(date) is 'When a week begins, in UTC.';

create or replace view spiderpig.completed_revert as
select
  rc.job_id,
  rc.number,
  r.id as reverted_by_job_id,
  r.finished_at as reverted_at
from spiderpig.reverted_change rc
join spiderpig.job r on r.id = rc.by_job_id
where r.outcome = 'completed'
  and r.reached = 'production';

comment on view spiderpig.completed_revert is 'Changes of jobs that a later job reverted: it completed and reached production.';
comment on column spiderpig.completed_revert.job_id is 'The job that had deployed the change.';
comment on column spiderpig.completed_revert.number is 'Gerrit''s change number.';
comment on column spiderpig.completed_revert.reverted_by_job_id is 'The job that reverted it.';
comment on column spiderpig.completed_revert.reverted_at is 'When that job ended.';

-- DORA's definition: a deployment to production that has to be remedied. See docs/sql.md.
create or replace view spiderpig.change_failure as
select
  f.job_id,
  f.lane,
  f.requested_by,
  f.outcome,
  f.finished_at,
  f.remedy,
  coalesce(
    (
      select min(e.at)
      from spiderpig.job_event e
      where e.job_id = f.job_id
        and e.kind = 'reach_changed'
        and e.data ->> 'reached' in ('canaries', 'production')
    ),
    f.started_at
  ) as impact_at,
  case f.remedy
    when 'rollback' then f.finished_at
    when 'revert' then f.reverted_at
    else (
      select n.finished_at
      from spiderpig.job n
      where n.lane = f.lane
        and n.outcome = 'completed'
        and n.reached = 'production'
        and n.finished_at > f.finished_at
      order by n.finished_at
      limit 1
    )
  end as restored_at
from (
  select
    j.id as job_id,
    j.lane,
    j.requested_by,
    j.outcome,
    j.started_at,
    j.finished_at,
    null::timestamptz as reverted_at,
    case when j.outcome = 'rolled_back' then 'rollback' else 'next deployment' end as remedy
  from spiderpig.job j
  where j.outcome <> 'completed'
    and j.evidence -> 'stages' ?| array['canaries', 'production']
  union all
  select j.id, j.lane, j.requested_by, j.outcome, j.started_at, j.finished_at, r.reverted_at, 'revert'
  from spiderpig.job j
  cross join lateral (
    select min(e.reverted_at) as reverted_at
    from spiderpig.completed_revert e
    where e.job_id = j.id
  ) r
  where j.outcome = 'completed'
    and j.reached = 'production'
    and r.reverted_at is not null
) f;

comment on view spiderpig.change_failure is 'Deployments that reached canaries or production and had to be remedied.';
comment on column spiderpig.change_failure.job_id is 'Number of the job.';
comment on column spiderpig.change_failure.lane is 'Its lane.';
comment on column spiderpig.change_failure.requested_by is 'Who requested it.';
comment on column spiderpig.change_failure.outcome is 'Its outcome.';
comment on column spiderpig.change_failure.finished_at is 'When it ended.';
comment on column spiderpig.change_failure.remedy is 'rollback (by scap), revert (of one of its changes or more, by a later job) or next deployment (of the same lane).';
comment on column spiderpig.change_failure.impact_at is 'When its sync to the canaries or to production began; when it started, if that was not seen.';
comment on column spiderpig.change_failure.restored_at is 'When the remedy was complete. Null before.';

create or replace function spiderpig.unstored_weeks()
returns setof date
language sql
stable
security definer
begin atomic
  select w.week::date
  from (select min(j.finished_at) as first_end, max(j.finished_at) as last_end from spiderpig.job j) j
  cross join lateral generate_series(
    spiderpig.week_of(j.first_end)::timestamp, spiderpig.week_of(j.last_end)::timestamp, interval '7 days'
  ) as w (week)
  where not exists (select from spiderpig.report_week r where r.week = w.week::date);
end;

comment on function spiderpig.unstored_weeks() is 'The weeks that are not in report_week.';

-- A week is stored a day after it has ended, when no job that started in it still runs. One week at a time, because the lock
-- keeps jobs from ending meanwhile: they may change the week.
create or replace function spiderpig.store_next_week()
returns date
language plpgsql
security definer
set search_path = ''
as $$
declare
  the_week date;
begin
  lock table spiderpig.report_week in share row exclusive mode;
  select min(w)
  into the_week
  from spiderpig.unstored_weeks() as w
  where spiderpig.week_start(w + 7) <= least(
    now() - interval '1 day',
    (select min(j.started_at) from spiderpig.job j where j.finished_at is null)
  );
  if the_week is not null then
    insert into spiderpig.report_week values (the_week);
    insert into spiderpig.report_week_total select * from spiderpig.compute_week_totals(the_week);
    insert into spiderpig.report_week_job select * from spiderpig.compute_week_jobs(the_week);
    insert into spiderpig.report_week_phase select * from spiderpig.compute_week_phases(the_week);
    insert into spiderpig.report_week_question select * from spiderpig.compute_week_questions(the_week);
    insert into spiderpig.report_week_wait select * from spiderpig.compute_week_waits(the_week);
  end if;
  return the_week;
end;
$$;

comment on function spiderpig.store_next_week() is 'Stores the oldest week that is over and not stored. Returns it, or null if there is none.';

create or replace function spiderpig.remove_changed_weeks()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from spiderpig.report_week r where r.week = spiderpig.week_of(new.finished_at);
  if new.outcome = 'completed' then
    -- It restored what failed in its lane after the deployment before it, and what it reverts.
    delete from spiderpig.report_week r
    where r.week >= coalesce(
      (
        select spiderpig.week_of(max(p.finished_at))
        from spiderpig.job p
        where p.lane = new.lane
          and p.outcome = 'completed'
          and p.reached = 'production'
          and p.finished_at < new.finished_at
      ),
      '-infinity'
    );
    delete from spiderpig.report_week r
    where r.week in (
      select spiderpig.week_of(j.finished_at)
      from spiderpig.reverted_change rc
      join spiderpig.job j on j.id = rc.job_id
      where rc.by_job_id = new.id
    );
  end if;
  return null;
end;
$$;

comment on function spiderpig.remove_changed_weeks() is 'Removes from report_week the weeks whose figures the end of a job changes.';

create trigger remove_changed_weeks
after update on spiderpig.job
for each row
when (old.finished_at is null and new.finished_at is not null)
execute function spiderpig.remove_changed_weeks();
