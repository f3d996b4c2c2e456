// What administrators see of accounts.
import type { Person } from "../contract/admin.ts";
import type { Role } from "../domain/permission.ts";
import type { Database } from "./connection.ts";
import { isLive } from "./rules.ts";
import {
  arrayOf,
  boolean,
  integer,
  nullable,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
} from "./statement.ts";

const LIST_PEOPLE = statement(
  {
    name: text,
    role: textOf<Role>(),
    source: textOf<Person["source"]>(),
    isDisabled: boolean,
    createdAt: timestamptz,
    lastSeenAt: nullable(timestamptz),
    secondFactors: arrayOf(textOf<Person["secondFactors"][number]>()),
    sessions: integer,
    tokens: integer,
    runningJobs: integer,
    queuedJobs: integer,
  },
  `select u.username as name, u.role::text as role,
     case when exists (select from auth.account a where a.user_id = u.id and a.provider_id <> 'credential')
       then 'single_sign_on' else 'password' end as source,
     u.disabled as "isDisabled", u.created_at as "createdAt",
     greatest(
       (select max(e.at) from spiderpig.audit_event e where e.actor = u.username and e.kind = 'signed_in'),
       (select max(s.last_used_at) from auth.session s where s.user_id = u.id),
       (select max(t.last_used_at) from auth.api_token t where t.user_id = u.id)
     ) as "lastSeenAt",
     array(
       select 'authenticator_app' from auth.totp t where t.user_id = u.id and t.confirmed_at is not null
       union select 'passkey' from auth.passkey p where p.user_id = u.id
     ) as "secondFactors",
     (select count(*)::integer from auth.session s where s.user_id = u.id and s.expires_at > now()) as sessions,
     (select count(*)::integer from auth.api_token t where t.user_id = u.id and t.expires_at > now()) as tokens,
     (select count(*)::integer from spiderpig.job j
      where j.requested_by = u.username and j.finished_at is null and ${isLive("j")}) as "runningJobs",
     (select count(*)::integer from spiderpig.job j
      where j.requested_by = u.username and j.finished_at is null and j.state = 'queued') as "queuedJobs"
   from auth."user" u
   order by u.disabled, u.username`,
);

/** Enabled accounts first, by their names. */
export async function listPeople(db: Database): Promise<Person[]> {
  const found = await rows(db, LIST_PEOPLE);
  return found.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  }));
}
