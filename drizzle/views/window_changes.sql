-- One row for each change of a window, with what its author said and what became of it.

create or replace view history.window_changes as
select
  i.window_id,
  i.number as change,
  i.project,
  i.subject,
  i.author,
  row_number() over (partition by i.window_id order by i.position, i.id)::integer as position,
  i.added_by,
  i.added_at,
  i.report,
  i.reported_by,
  i.reported_at,
  j.id as job_id,
  j.outcome::text as outcome,
  case
    when j.id is null and i.report = 'absent' then 'author absent'
    when j.id is null then 'not started'
    when j.finished_at is null then 'in progress'
    when j.outcome <> 'completed' then 'not deployed'
    when exists (
      select from spiderpig.completed_revert e
      where e.job_id = j.id
        and e.number = i.number
    ) then 'reverted'
    else 'deployed'
  end as result
from spiderpig.window_item i
left join lateral (
  select d.id, d.outcome, d.finished_at
  from spiderpig.job d
  join spiderpig.change c on c.job_id = d.id
  where d.window_id = i.window_id
    and d.kind <> 'revert'
    and c.number = i.number
    and c.project = i.project
  order by d.id desc
  limit 1
) j on true
where i.removed_at is null;

comment on view history.window_changes is 'One row for each change of a window, without those that were removed, with what became of it.';
comment on column history.window_changes.window_id is 'The window; view windows has them.';
comment on column history.window_changes.change is 'Number of the change in Gerrit.';
comment on column history.window_changes.project is 'Gerrit project.';
comment on column history.window_changes.subject is 'First line of the commit message.';
comment on column history.window_changes.author is 'Who tests the change: a user name, or the owner as Gerrit names them.';
comment on column history.window_changes.position is '1 for the change that is deployed first.';
comment on column history.window_changes.added_by is 'User name of the person who added it.';
comment on column history.window_changes.added_at is 'When it was added.';
comment on column history.window_changes.report is 'What the author said last: tested or absent. Null while they said nothing.';
comment on column history.window_changes.reported_by is 'User name of the person who said it: the author, or a deployer. Null while there is no report.';
comment on column history.window_changes.reported_at is 'When they said it. Null while there is no report.';
comment on column history.window_changes.job_id is 'The latest job of the window that contains the change. Null when there is none.';
comment on column history.window_changes.outcome is 'Why that job ended. Null until then.';
comment on column history.window_changes.result is 'deployed, reverted, not deployed, in progress, not started or author absent.';
