-- How the figures of a week are computed. reports.sql stores them.
--
-- Each figure exists for every operation (column kind) and lane, for each of both alone, and for all jobs, where kind and lane
-- are '*': a median of two lanes cannot be computed from the medians of each.
--
-- "set enable_hashjoin": a week is a small part of the history, which the planner cannot know. It would read all jobs from the
-- first to the last to find those of one week.
--
-- A view calls a function with the rights of the reader, who has none on the tables: therefore "security definer".

create or replace function spiderpig.compute_week_totals(the_week date)
returns setof spiderpig.report_week_total
language sql
stable
security definer
set jit = off
set enable_hashjoin = off
set enable_mergejoin = off
begin atomic
  with ended as materialized (
    select
      j.id,
      j.kind,
      j.lane,
      j.state,
      j.requested_by,
      -- A job that deploys nothing, such as a lock, is no deployment.
      j.outcome = 'completed' and j.operation ->> 'evidence' = 'production' as is_completed,
      j.finished_at,
      extract(epoch from j.finished_at - j.created_at)::float8 as lead,
      extract(epoch from j.started_at - j.created_at)::float8 as queued,
      extract(epoch from j.waited)::float8 as waited,
      extract(epoch from j.finished_at - j.started_at - j.waited)::float8 as worked
    from spiderpig.job j
    where j.finished_at >= spiderpig.week_start(the_week)
      and j.finished_at < spiderpig.week_start(the_week + 7)
  ),
  total as (
    select
      coalesce(e.kind, '*') as kind,
      coalesce(e.lane, '*') as lane,
      count(*)::integer as jobs,
      count(*) filter (where e.is_completed)::integer as deployments,
      count(distinct e.requested_by)::integer as people,
      count(*) filter (where e.state in ('failed', 'lost'))::integer as not_completed,
      percentile_cont(array[0.5, 0.95]) within group (order by e.lead) filter (where e.is_completed) as lead,
      percentile_cont(0.5) within group (order by e.queued) filter (where e.is_completed) as queued_p50,
      percentile_cont(0.5) within group (order by e.waited) filter (where e.is_completed) as waited_p50,
      percentile_cont(0.5) within group (order by e.worked) filter (where e.is_completed) as worked_p50
    from ended e
    group by grouping sets ((), (e.kind), (e.lane), (e.kind, e.lane))
  ),
  deployed as (
    select
      coalesce(d.kind, '*') as kind,
      coalesce(d.lane, '*') as lane,
      count(*)::integer as changes,
      percentile_cont(array[0.5, 0.95]) within group (order by d.lead) as lead
    from (
      select e.kind, e.lane, extract(epoch from e.finished_at - c.uploaded_at)::float8 as lead
      from ended e
      join spiderpig.change c on c.job_id = e.id
      where e.is_completed
    ) d
    group by grouping sets ((), (d.kind), (d.lane), (d.kind, d.lane))
  ),
  failed as (
    select
      coalesce(f.kind, '*') as kind,
      coalesce(f.lane, '*') as lane,
      count(*)::integer as change_failures,
      count(*) filter (where f.remedy <> 'revert')::integer as not_reverted,
      percentile_cont(0.5) within group (order by f.restore) as restore_p50
    from (
      select j.kind, c.lane, c.remedy, extract(epoch from c.restored_at - c.impact_at)::float8 as restore
      from spiderpig.change_failure c
      join spiderpig.job j on j.id = c.job_id
      where c.finished_at >= spiderpig.week_start(the_week)
        and c.finished_at < spiderpig.week_start(the_week + 7)
    ) f
    group by grouping sets ((), (f.kind), (f.lane), (f.kind, f.lane))
  )
  select
    the_week,
    t.kind,
    t.lane,
    t.jobs,
    t.deployments,
    coalesce(d.changes, 0),
    t.people,
    t.not_completed,
    coalesce(f.change_failures, 0),
    t.deployments + coalesce(f.not_reverted, 0),
    t.lead[1],
    t.lead[2],
    d.lead[1],
    d.lead[2],
    f.restore_p50,
    t.queued_p50,
    t.waited_p50,
    t.worked_p50
  from total t
  left join deployed d on d.kind = t.kind and d.lane = t.lane
  left join failed f on f.kind = t.kind and f.lane = t.lane;
end;

comment on function spiderpig.compute_week_totals(date) is 'The rows of a week in report_week_total.';

create or replace function spiderpig.compute_week_jobs(the_week date)
returns setof spiderpig.report_week_job
language sql
stable
security definer
set jit = off
begin atomic
  select
    the_week,
    coalesce(j.kind, '*'),
    coalesce(j.lane, '*'),
    j.requested_by,
    j.outcome::text,
    j.state::text,
    count(*)::integer
  from spiderpig.job j
  where j.finished_at >= spiderpig.week_start(the_week)
    and j.finished_at < spiderpig.week_start(the_week + 7)
  group by
    j.requested_by,
    j.outcome,
    j.state,
    grouping sets ((), (j.kind), (j.lane), (j.kind, j.lane));
end;

comment on function spiderpig.compute_week_jobs(date) is 'The rows of a week in report_week_job.';

create or replace function spiderpig.compute_week_phases(the_week date)
returns setof spiderpig.report_week_phase
language sql
stable
security definer
set jit = off
set enable_hashjoin = off
set enable_mergejoin = off
begin atomic
  select the_week, t.kind, t.lane, t.title, t.runs, t.quantiles[1], t.quantiles[2], t.longest
  from (
    select
      coalesce(p.kind, '*') as kind,
      coalesce(p.lane, '*') as lane,
      p.title,
      count(*)::integer as runs,
      percentile_cont(array[0.5, 0.95]) within group (order by p.worked) as quantiles,
      max(p.worked) as longest
    from (
      select j.kind, j.lane, w.title, extract(epoch from w.working)::float8 as worked
      from spiderpig.phase w
      join spiderpig.job j on j.id = w.job_id
      where w.started_at >= spiderpig.week_start(the_week)
        and w.started_at < spiderpig.week_start(the_week + 7)
        and w.finished_at is not null
    ) p
    group by
      p.title,
      grouping sets ((), (p.kind), (p.lane), (p.kind, p.lane))
  ) t;
end;

comment on function spiderpig.compute_week_phases(date) is 'The rows of a week in report_week_phase.';

create or replace function spiderpig.compute_week_questions(the_week date)
returns setof spiderpig.report_week_question
language sql
stable
security definer
set jit = off
set enable_hashjoin = off
set enable_mergejoin = off
begin atomic
  select the_week, t.kind, t.lane, t.title, t.asked, t.answered, t.quantiles[1], t.quantiles[2], t.longest
  from (
    select
      coalesce(q.kind, '*') as kind,
      coalesce(q.lane, '*') as lane,
      q.title,
      count(*)::integer as asked,
      count(*) filter (where q.state = 'answered')::integer as answered,
      percentile_cont(array[0.5, 0.95]) within group (order by q.waited) as quantiles,
      max(q.waited) as longest
    from (
      select j.kind, j.lane, i.title, i.state, extract(epoch from i.ended_at - i.asked_at)::float8 as waited
      from spiderpig.interaction i
      join spiderpig.job j on j.id = i.job_id
      where i.asked_at >= spiderpig.week_start(the_week)
        and i.asked_at < spiderpig.week_start(the_week + 7)
        and i.ended_at is not null
        and i.kind <> 'screen'
    ) q
    group by
      q.title,
      grouping sets ((), (q.kind), (q.lane), (q.kind, q.lane))
  ) t;
end;

comment on function spiderpig.compute_week_questions(date) is 'The rows of a week in report_week_question.';

-- Counts and sums, so that any number of weeks can be added up.
create or replace function spiderpig.compute_week_waits(the_week date)
returns setof spiderpig.report_week_wait
language sql
stable
security definer
set jit = off
set enable_hashjoin = off
set enable_mergejoin = off
begin atomic
  select
    the_week,
    coalesce(q.kind, '*'),
    coalesce(q.lane, '*'),
    case
      when q.title is not null then 'question'
      when q.hour is not null then 'hour'
      else 'person'
    end,
    coalesce(q.title, q.hour, q.answered_by),
    count(*)::integer,
    sum(q.waited),
    count(*) filter (where q.waited <= 60)::integer,
    count(*) filter (where q.waited <= 300)::integer,
    count(*) filter (where q.waited <= 900)::integer,
    count(*) filter (where q.waited <= 3600)::integer,
    max(q.waited)
  from (
    select
      j.kind,
      j.lane,
      i.title,
      to_char(i.asked_at at time zone 'UTC', 'HH24') as hour,
      a.answered_by,
      extract(epoch from a.answered_at - i.asked_at)::float8 as waited
    from spiderpig.interaction i
    join spiderpig.answer a on a.interaction_id = i.id
    join spiderpig.job j on j.id = i.job_id
    where i.asked_at >= spiderpig.week_start(the_week)
      and i.asked_at < spiderpig.week_start(the_week + 7)
      and i.kind <> 'screen'
  ) q
  group by
    grouping sets ((q.title), (q.hour), (q.answered_by)),
    grouping sets ((), (q.kind), (q.lane), (q.kind, q.lane));
end;

comment on function spiderpig.compute_week_waits(date) is 'The rows of a week in report_week_wait.';
