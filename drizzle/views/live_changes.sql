-- One row for each change that is in production.

create or replace view history.live_changes as
select
  c.number,
  c.project,
  c.branch,
  coalesce(c.merged_patch_set, c.patch_set) as patch_set,
  c.subject,
  c.owner,
  j.id as job_id,
  j.requested_by,
  j.finished_at as live_since
from spiderpig.job j
join spiderpig.change c on c.job_id = j.id
where j.outcome = 'completed'
  and j.reached = 'production'
  -- A revert has the changes that it removed.
  and j.kind <> 'revert'
  and not exists (
    select
    from spiderpig.change d
    join spiderpig.job k on k.id = d.job_id
    where d.number = c.number
      and d.job_id > c.job_id
      and k.outcome = 'completed'
      and k.reached = 'production'
  )
  and not exists (
    select
    from spiderpig.completed_revert e
    where e.job_id = c.job_id
      and e.number = c.number
  );

comment on view history.live_changes is 'One row for each change that is in production, with the job that brought it there last. A change that a later job reverted is left out. Restrict a query by number or live_since.';
comment on column history.live_changes.number is 'Gerrit''s change number.';
comment on column history.live_changes.project is 'Repository.';
comment on column history.live_changes.branch is 'Branch it goes to.';
comment on column history.live_changes.patch_set is 'The patch set that was deployed. Null when neither Gerrit nor scap said.';
comment on column history.live_changes.subject is 'First line of its commit message.';
comment on column history.live_changes.owner is 'Its author''s account name in Gerrit.';
comment on column history.live_changes.job_id is 'Number of the job that deployed it last.';
comment on column history.live_changes.requested_by is 'Who deployed it.';
comment on column history.live_changes.live_since is 'When that job ended.';
