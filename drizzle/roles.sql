-- The roles of the programs and of people who read the history, and everything that each may do. Applied at the end of every
-- migration (lib/migrate/roles.ts), so that roles which an administrator creates later get their privileges.
--
-- Roles belong to the whole server, and only some logins may create them. Neither another database that creates a role at
-- this moment nor a missing right may stop a migration: processes that log in as the owner need no role.
--
-- A worker runs what scap starts under its own account, which can read the worker's connection URL. Therefore its role cannot
-- read accounts, sessions and keys, and can neither create jobs nor answer questions.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('spiderpig_web', 'What web processes may do. Give it a password, or grant it to their login.'),
      ('spiderpig_worker', 'What workers may do. Give it a password, or grant it to their login.'),
      ('spiderpig_reader', 'May read the views of schema history except the audit, and nothing else. Grant it to the logins of people.'),
      ('spiderpig_auditor', 'May read history.audit_events, and nothing else. Grant it to the logins of auditors.')
    ) as roles (name, purpose)
  loop
    begin
      if not exists (select from pg_roles where rolname = wanted.name) then
        execute format('create role %I nologin', wanted.name);
        execute format('comment on role %I is %L', wanted.name, wanted.purpose);
      end if;
    exception
      when duplicate_object or unique_violation or insufficient_privilege then
        null;
    end;
  end loop;
end;
$$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'spiderpig_web') then
    return;
  end if;
  revoke all on all tables in schema spiderpig, auth, notification, pgboss from spiderpig_web;
  grant usage on schema spiderpig, auth, notification, history, pgboss, drizzle to spiderpig_web;
  grant usage, select on all sequences in schema spiderpig, auth, notification to spiderpig_web;
  grant select on all tables in schema history, drizzle to spiderpig_web;
  grant select, insert, update, delete on all tables in schema auth, notification, pgboss to spiderpig_web;
  grant select, insert, update on all tables in schema spiderpig to spiderpig_web;
  revoke insert, update on
    spiderpig.output_chunk,
    spiderpig.log_block,
    spiderpig.log_tail,
    spiderpig.phase,
    spiderpig.sensitive_line,
    spiderpig.search_word,
    spiderpig.report_week,
    spiderpig.report_week_total,
    spiderpig.report_week_job,
    spiderpig.report_week_phase,
    spiderpig.report_week_question,
    spiderpig.report_week_wait,
    spiderpig.job_transition,
    spiderpig.interaction_transition,
    spiderpig.train_state,
    spiderpig.train_host,
    spiderpig.train_job_state,
    spiderpig.worker
  from spiderpig_web;
  revoke update on spiderpig.audit_event, spiderpig.window_event from spiderpig_web;
  grant delete on spiderpig.error_minute, spiderpig.error_message, spiderpig.error_count to spiderpig_web;
  revoke insert, update, delete on notification.vapid_key from spiderpig_web;
end;
$$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'spiderpig_worker') then
    return;
  end if;
  revoke all on all tables in schema spiderpig, auth, notification, pgboss from spiderpig_worker;
  grant usage on schema spiderpig, notification, pgboss, drizzle to spiderpig_worker;
  grant usage, select on all sequences in schema spiderpig to spiderpig_worker;
  grant select on all tables in schema drizzle, spiderpig to spiderpig_worker;
  revoke select on spiderpig.audit_event from spiderpig_worker;
  grant select, insert, update, delete on all tables in schema pgboss to spiderpig_worker;
  -- Whether any device exists. Not its keys.
  grant select (id) on notification.device to spiderpig_worker;
  -- Whether any webhook is enabled. Not its URL and secret.
  grant select (id, disabled_at) on notification.webhook to spiderpig_worker;
  grant update on spiderpig.job, spiderpig.change, spiderpig.answer to spiderpig_worker;
  grant insert, update on
    spiderpig.interaction,
    spiderpig.signal,
    spiderpig.job_event,
    spiderpig.job_search,
    spiderpig.lane,
    spiderpig.phase,
    spiderpig.train_host,
    spiderpig.worker
  to spiderpig_worker;
  grant insert on spiderpig.train_state, spiderpig.train_job_state to spiderpig_worker;
  -- The lock of its host. It must not end a drain.
  grant insert (name), update (name) on spiderpig.host to spiderpig_worker;
  grant insert, update, delete on
    spiderpig.output_chunk,
    spiderpig.log_block,
    spiderpig.log_tail,
    spiderpig.sensitive_line
  to spiderpig_worker;
end;
$$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'spiderpig_reader') then
    return;
  end if;
  grant usage on schema history to spiderpig_reader;
  grant select on all tables in schema history to spiderpig_reader;
  revoke select on history.audit_events from spiderpig_reader;
end;
$$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'spiderpig_auditor') then
    return;
  end if;
  grant usage on schema history to spiderpig_auditor;
  grant select on history.audit_events to spiderpig_auditor;
end;
$$;

-- A session that listens inside an open transaction keeps every notification of the server, and an open transaction blocks vacuum
-- and migrations. Programs have shorter timeouts of their own (lib/db/connection.ts).
do $$
begin
  execute format('alter database %I set idle_in_transaction_session_timeout = ''5min''', current_database());
end;
$$;
