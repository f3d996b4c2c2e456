-- The roles that may read views of schema history: the reader all but the audit, the auditor the audit.
--
-- Roles belong to the whole cluster, and only some accounts may create them. Neither another database that creates
-- a role at this moment nor a missing right may stop a migration: the program does not depend on these roles.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
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
      when duplicate_object or unique_violation then
        null;
      when insufficient_privilege then
        raise notice 'role % is missing and % may not create it: docs/sql.md says what an administrator has to run', wanted.name, current_user;
    end;
  end loop;
end;
$$;

do $$
begin
  if exists (select from pg_roles where rolname = 'spiderpig_reader') then
    grant usage on schema history to spiderpig_reader;
    grant select on all tables in schema history to spiderpig_reader;
    alter default privileges in schema history grant select on tables to spiderpig_reader;
    revoke select on history.audit_events from spiderpig_reader;
  end if;
  if exists (select from pg_roles where rolname = 'spiderpig_auditor') then
    grant usage on schema history to spiderpig_auditor;
    grant select on history.audit_events to spiderpig_auditor;
  end if;
end;
$$;
