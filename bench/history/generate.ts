// Generates a history: ended jobs over three years with their changes, questions and answers, and a few that are live.
// The same size always gives the same rows. PostgreSQL generates them itself, a million jobs in about three minutes.
import pg from "pg";

/** Changes for each job: one to four, 2.3 on average. */
const CHANGES = "(array[1, 1, 1, 2, 2, 2, 3, 3, 4, 4])[1 + pg_temp.pick(j, 1, 10)]";

/** A number below `below` that depends on the job and on `purpose`, so that columns are independent of each other. */
const PICK = `
  create function pg_temp.pick(number bigint, purpose integer, below integer) returns integer
  language sql immutable parallel safe
  return ((hashint8extended(number, purpose) & 2147483647) % below)::integer`;

const JOBS = `
  insert into spiderpig.job
    (id, kind, operation, parameters, lane, state, outcome, requested_by, command, created_at, started_at, finished_at, lane_released_at, exit_code,
     reached, reason, host, line_count)
  overriding system value
  select
    j, 'backport', '{"name":"Backport","completedLabel":"Deployed","evidence":"production","estimateKey":"backport","hosts":null}', '{}',
    case when pg_temp.pick(j, 2, 20) > 1 then 'mediawiki' when pg_temp.pick(j, 2, 20) = 1 then 'train' else 'config' end,
    o.state::spiderpig.job_state, o.outcome::spiderpig.outcome,
    'deployer' || (pg_temp.pick(j, 3, 17) * pg_temp.pick(j, 4, 17) + 1),
    array['backport'], t.at, case when o.outcome <> 'cancelled_while_queued' then t.at end, t.at + interval '12 minutes',
    t.at + interval '12 minutes', 0, case o.outcome when 'completed' then 'production' else 'nowhere' end::spiderpig.reached,
    case o.outcome when 'exit_nonzero' then 'scap ended with exit code ' || pg_temp.pick(j, 5, 90) || '.' end,
    'deploy1', 400
  from generate_series(1, $1::integer) as j
  cross join lateral (values (now() - ($1 - j) * (interval '3 years' / $1) - interval '1 hour')) as t (at)
  cross join lateral (
    select *
    from (values
      (9200, 'succeeded', 'completed'), (9300, 'succeeded', 'nothing_to_deploy'), (9600, 'failed', 'exit_nonzero'),
      (9750, 'failed', 'rolled_back'), (9850, 'cancelled', 'declined'), (9950, 'cancelled', 'cancelled_while_queued'),
      (9999, 'failed', 'interrupted'), (10000, 'lost', 'holder_lost')) as v (below, state, outcome)
    where pg_temp.pick(j, 6, 10000) < v.below
    order by v.below
    limit 1) as o`;

const CHANGES_OF_JOBS = `
  insert into spiderpig.change (job_id, position, number, patch_set, project, branch, subject, owner, url)
  select
    j.id, p, n.number, 1 + pg_temp.pick(n.number, 7, 9), n.project, 'wmf/1.45.0-wmf.' || pg_temp.pick(j.id / 2000, 8, 30),
    format('%s %s %s for %s (T%s)',
      (array['Enable', 'Disable', 'Fix', 'Update', 'Remove', 'Revert'])[1 + pg_temp.pick(n.number, 9, 6)],
      (array['login', 'feature', 'search', 'upload', 'parser cache', 'thumbnail', 'echo', 'skin'])[1 + pg_temp.pick(n.number, 10, 8)],
      (array['logging', 'flag', 'limit', 'timeout', 'throttle', 'config'])[1 + pg_temp.pick(n.number, 11, 6)],
      chr(97 + pg_temp.pick(n.number, 12, 26)) || chr(97 + pg_temp.pick(n.number, 13, 26)) || 'wiki',
      100000 + pg_temp.pick(n.number, 14, 300000)),
    'author' || pg_temp.pick(n.number, 15, 900), 'https://gerrit.example/r/c/' || n.number
  from spiderpig.job j
  cross join lateral generate_series(1, ${CHANGES.replaceAll("j,", "j.id,")}) as p
  cross join lateral (values (100000 + j.id * 2 + p * 3)) as k (number)
  cross join lateral (values (k.number, case pg_temp.pick(k.number, 16, 3)
    when 0 then 'operations/mediawiki-config'
    when 1 then 'mediawiki/core'
    else 'mediawiki/extensions/Extension' || pg_temp.pick(k.number, 17, 200) end)) as n (number, project)`;

const QUESTIONS = `
  insert into spiderpig.interaction
    (id, job_id, prompt_key, kind, message, options, recognised, state, asked_at, line, ended_at)
  overriding system value
  select j.id, j.id, 'k', 'yes_no', 'Backport the changes?', '[]', true, 'answered', j.started_at, 1, j.started_at
  from spiderpig.job j
  where j.started_at is not null`;

const ANSWERS = `
  insert into spiderpig.answer (interaction_id, value, text, answered_by, answered_at, delivery, settled_at)
  select i.id, 'true', 'yes', case when pg_temp.pick(i.id, 18, 5) > 0 then j.requested_by else 'deployer' || pg_temp.pick(i.id, 19, 200) end,
    i.asked_at, 'consumed', i.asked_at
  from spiderpig.interaction i
  join spiderpig.job j on j.id = i.job_id`;

const SEARCH = "insert into spiderpig.job_search select * from spiderpig.job_search_source";
const INDEX = "spiderpig.job_search_ended";
const CREATE_INDEX = `select pg_get_indexdef('${INDEX}'::regclass) as definition`;
const TABLES = ["job", "change", "interaction", "answer", "job_search"];

/** @param databaseUrl of a superuser: triggers are disabled. The database must be migrated and empty. */
export async function generateHistory(databaseUrl: string, jobs: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(PICK);
    await client.query("set search_path to pg_temp, public");
    await client.query("set session_replication_role to replica");
    await client.query("set maintenance_work_mem to '512MB'");
    const { rows } = await client.query<{ definition: string }>(CREATE_INDEX);
    await client.query(`drop index ${INDEX}`);
    await client.query(JOBS, [jobs]);
    for (const statement of [CHANGES_OF_JOBS, QUESTIONS, ANSWERS, SEARCH]) await client.query(statement);
    await client.query(rows[0]?.definition ?? "");
    await client.query("select setval(pg_get_serial_sequence('spiderpig.job', 'id'), $1)", [jobs]);
    await client.query("select setval(pg_get_serial_sequence('spiderpig.interaction', 'id'), $1)", [jobs]);
    for (const table of TABLES) await client.query(`vacuum (analyze) spiderpig.${table}`);
  } finally {
    await client.end();
  }
}
