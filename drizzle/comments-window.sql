-- Comments of the tables of windows.

comment on table spiderpig.window_series is
  'A weekly series of windows. Web processes create its windows eight weeks ahead.';
comment on column spiderpig.window_series.id is 'Number of the series.';
comment on column spiderpig.window_series.title is 'The title of its windows.';
comment on column spiderpig.window_series.lane is 'The lane of its windows.';
comment on column spiderpig.window_series.starts_at is 'When its first window starts. The others start a number of times 168 hours later.';
comment on column spiderpig.window_series.ends_at is 'When its first window ends.';
comment on column spiderpig.window_series.created_by is 'User name of the person who created it.';
comment on column spiderpig.window_series.created_at is 'When it was created.';
comment on column spiderpig.window_series.ended_at is 'When a person ended the series: it gets no more windows. Null until then.';
comment on column spiderpig.window_series.ended_by is 'User name of that person.';

comment on table spiderpig.deployment_window is
  'A time in which the changes of several people are deployed. Written by web processes only.';
comment on column spiderpig.deployment_window.id is 'Number of the window, as on its page.';
comment on column spiderpig.deployment_window.series_id is 'The weekly series that it belongs to; null when it belongs to none.';
comment on column spiderpig.deployment_window.title is 'The title, as a person entered it.';
comment on column spiderpig.deployment_window.lane is 'The lane of its jobs.';
comment on column spiderpig.deployment_window.starts_at is 'When it starts. Jobs may be requested before.';
comment on column spiderpig.deployment_window.ends_at is 'When it ends. Jobs may be requested afterwards.';
comment on column spiderpig.deployment_window.created_by is 'User name of the person who created it, or its series.';
comment on column spiderpig.deployment_window.created_at is 'When it was created.';
comment on column spiderpig.deployment_window.cancelled_at is 'When it was cancelled; null when it was not.';
comment on column spiderpig.deployment_window.cancelled_by is 'User name of the person who cancelled it, or ended its series.';
comment on column spiderpig.deployment_window.checked_at is 'When the facts of its changes were last read from Gerrit; null before the first time, and after a change was added.';
comment on column spiderpig.deployment_window.check_lease_until is 'Until then one web process reads the facts, and no other one does.';
comment on column spiderpig.deployment_window.event_seq is 'The number of its newest event.';

comment on table spiderpig.window_item is
  'A change of a window. What became of it follows from the latest job of the window that contains it.';
comment on column spiderpig.window_item.id is 'Number of the item.';
comment on column spiderpig.window_item.window_id is 'Its window.';
comment on column spiderpig.window_item.position is 'The order of deployment within the window.';
comment on column spiderpig.window_item.number is 'Number of the change in Gerrit.';
comment on column spiderpig.window_item.patch_set is 'The current patch set when the window was last checked; null when Gerrit did not say.';
comment on column spiderpig.window_item.project is 'Gerrit project.';
comment on column spiderpig.window_item.branch is 'Target branch.';
comment on column spiderpig.window_item.subject is 'First line of the commit message.';
comment on column spiderpig.window_item.owner is 'Owner of the change in Gerrit.';
comment on column spiderpig.window_item.url is 'Address of the change in Gerrit.';
comment on column spiderpig.window_item.author is 'Who tests the change: a user name, or the owner as Gerrit names them.';
comment on column spiderpig.window_item.added_by is 'User name of the person who added it.';
comment on column spiderpig.window_item.added_at is 'When it was added.';
comment on column spiderpig.window_item.removed_at is 'When it was removed from the window; null when it was not.';
comment on column spiderpig.window_item.removed_by is 'User name of the person who removed it.';
comment on column spiderpig.window_item.report is 'What the author said last. tested: it works on the test servers. absent: the author is not here. Null while they said nothing.';
comment on column spiderpig.window_item.reported_by is 'User name of the person who said it: the author, or a deployer.';
comment on column spiderpig.window_item.reported_at is 'When they said it.';
comment on column spiderpig.window_item.reported_job_id is 'The job that was tested; null for absent.';
comment on column spiderpig.window_item.facts is 'What Gerrit knew about the change when the window was last checked; null before.';

comment on table spiderpig.window_event is
  'What happened to a window: one row for each change of its time, its changes and what their authors said. Append-only.';
comment on column spiderpig.window_event.window_id is 'The window.';
comment on column spiderpig.window_event.seq is '1 for the creation of the window; without gaps, in the order of the commits.';
comment on column spiderpig.window_event.at is 'When it happened.';
comment on column spiderpig.window_event.kind is 'Kind of the event.';
comment on column spiderpig.window_event.actor is 'User name of the person who caused it.';
comment on column spiderpig.window_event.data is 'Details, by kind.';
