-- The role that may read the views of schema history.
--
-- Roles belong to the whole cluster, and only some accounts may create them. Neither another database that creates
-- the role at this moment nor a missing right may stop a migration: the program does not depend on this role.
do $$
begin
  if not exists (select from pg_roles where rolname = 'spiderpig_reader') then
    create role spiderpig_reader nologin;
    comment on role spiderpig_reader is
      'May read the views of schema history, and nothing else. Grant it to the logins of people.';
  end if;
exception
  when duplicate_object or unique_violation then
    null;
  when insufficient_privilege then
    raise notice 'role spiderpig_reader is missing and % may not create it: docs/sql.md says what an administrator has to run', current_user;
end;
$$;

do $$
begin
  if exists (select from pg_roles where rolname = 'spiderpig_reader') then
    grant usage on schema history to spiderpig_reader;
    grant select on all tables in schema history to spiderpig_reader;
    alter default privileges in schema history grant select on tables to spiderpig_reader;
  end if;
end;
$$;
