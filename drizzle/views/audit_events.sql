-- The audit. Not for every reader of the history: it has addresses of people. Role spiderpig_auditor may read it.

create or replace view history.audit_events as
select
  a.id as audit_id,
  a.at,
  a.kind,
  a.actor,
  a.target,
  a.channel,
  a.address,
  a.user_agent,
  a.request_id,
  a.details
from spiderpig.audit_event a;

comment on view history.audit_events is 'One row for each action on accounts, tokens, lanes, policies or secrets, and for each sign-in. Only role spiderpig_auditor may read it.';
comment on column history.audit_events.audit_id is 'Number of the event; it may have gaps.';
comment on column history.audit_events.at is 'When it happened.';
comment on column history.audit_events.kind is 'Kind of the event, for example signed_in, role_changed or lane_frozen.';
comment on column history.audit_events.actor is 'User name of the account that acted; the operating-system user of a command. Null if it is not known, as in a failed sign-in.';
comment on column history.audit_events.target is 'What was acted on: the name of an account or a lane, or job 12. Null when there is only the actor.';
comment on column history.audit_events.channel is 'How the action arrived: session (a browser), token (an API token), command_line, or system (SpiderPig acted by itself).';
comment on column history.audit_events.address is 'Address of the client. Null for a command.';
comment on column history.audit_events.user_agent is 'What the client says it is. Null for a command.';
comment on column history.audit_events.request_id is 'Id of the HTTP request; the log of the proxy may have it too. Null for a command.';
comment on column history.audit_events.details is 'Details, by kind, for example the old and the new role.';
