-- One row for each change that a job reverted.

create or replace view history.reverted_changes as
select
  e.job_id,
  e.number,
  c.project,
  c.branch,
  c.subject,
  e.reverted_by_job_id,
  r.requested_by as reverted_by,
  e.reverted_at,
  r.kind = 'revert' as by_operation
from spiderpig.completed_revert e
join spiderpig.change c on c.job_id = e.job_id and c.number = e.number
join spiderpig.job r on r.id = e.reverted_by_job_id;

comment on view history.reverted_changes is 'One row for each change that a later job reverted: that job completed and reached production.';
comment on column history.reverted_changes.job_id is 'The job that had deployed the change.';
comment on column history.reverted_changes.number is 'Gerrit''s change number.';
comment on column history.reverted_changes.project is 'Repository.';
comment on column history.reverted_changes.branch is 'Branch it went to.';
comment on column history.reverted_changes.subject is 'First line of its commit message.';
comment on column history.reverted_changes.reverted_by_job_id is 'The job that reverted it.';
comment on column history.reverted_changes.reverted_by is 'User name of the person who requested that job.';
comment on column history.reverted_changes.reverted_at is 'When that job ended.';
comment on column history.reverted_changes.by_operation is 'True if the operation revert did it, false if a change was deployed whose commit message says that it reverts this one ("This reverts commit …").';
