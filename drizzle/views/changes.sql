-- One row for each change of a job.

create or replace view history.changes as
select
  c.job_id,
  c.position,
  c.number,
  coalesce(c.merged_patch_set, c.patch_set) as patch_set,
  c.project,
  c.branch,
  c.subject,
  c.owner,
  c.url,
  j.state::text as state,
  j.outcome::text as outcome,
  coalesce(j.outcome = 'completed' and j.kind <> 'revert', false) as deployed,
  j.requested_by,
  j.created_at,
  j.started_at,
  j.finished_at,
  c.patch_set as requested_patch_set,
  j.reached::text as reached,
  j.kind,
  c.uploaded_at,
  coalesce(
    c.merged_at,
    (
      select min(e.at)
      from spiderpig.job_event e
      where e.job_id = c.job_id
        and e.kind = 'reach_changed'
        and e.data ->> 'reached' = 'merged'
    )
  ) as merged_at
from spiderpig.change c
join spiderpig.job j on j.id = c.job_id;

comment on view history.changes is 'One row for each change of a job: what exactly was deployed, with how the job ended. A change that was deployed twice has two rows.';
comment on column history.changes.job_id is 'Number of the job.';
comment on column history.changes.position is '1 for the change that was entered first.';
comment on column history.changes.number is 'Gerrit''s change number.';
comment on column history.changes.patch_set is 'The patch set that was merged, as far as scap said; otherwise the current one when the job was created. Null when Gerrit did not say.';
comment on column history.changes.project is 'Repository.';
comment on column history.changes.branch is 'Branch it goes to.';
comment on column history.changes.subject is 'First line of its commit message.';
comment on column history.changes.owner is 'Its author''s account name in Gerrit.';
comment on column history.changes.url is 'Its page in Gerrit.';
comment on column history.changes.state is 'State of the job, as in deployments.';
comment on column history.changes.outcome is 'Outcome of the job, as in deployments. Null until it ended.';
comment on column history.changes.deployed is 'Whether this job brought it to production: its outcome is completed, and it is not a revert.';
comment on column history.changes.requested_by is 'Who deployed it.';
comment on column history.changes.created_at is 'When the deployment was requested.';
comment on column history.changes.started_at is 'When scap was started. Null when it never was.';
comment on column history.changes.finished_at is 'When the job ended. Null until then.';
comment on column history.changes.requested_patch_set is 'Current patch set when the job was created. Null when Gerrit did not say.';
comment on column history.changes.kind is 'The operation of the job, as in deployments: a revert has the changes that it removed.';
comment on column history.changes.reached is 'How far it came, as in deployments.';
comment on column history.changes.uploaded_at is 'When requested_patch_set was uploaded to Gerrit. Null when Gerrit did not say.';
comment on column history.changes.merged_at is 'When it was merged: by Gerrit before the job was requested, or as scap reported it in the job. Null when neither is known.';
