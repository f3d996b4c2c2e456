// The statements that generate the rows of a history, in order. Each derives its rows from those before it.

/** A number below `below` that depends on the job and on `purpose`, so that columns are independent of each other. */
export const CREATE_PICK = `
  create function pg_temp.pick(number bigint, purpose integer, below integer) returns integer
  language sql immutable parallel safe
  return ((hashint8extended(number, purpose) & 2147483647) % below)::integer`;

/** Changes for each job: one to four, 2.3 on average. */
const CHANGES = "(array[1, 1, 1, 2, 2, 2, 3, 3, 4, 4])[1 + pg_temp.pick(j.id, 1, 10)]";

/** Those that ran took 9 to 15 minutes; their three questions were unanswered for three minutes. */
const JOBS = `
  insert into spiderpig.job
    (id, kind, operation, parameters, lane, state, outcome, requested_by, command, created_at, started_at, finished_at, lane_released_at, exit_code,
     reached, evidence, reason, decided_by, decisive_interaction_id, ignored_checks, waited, host, line_count, output_bytes, output_removed_at,
     output_deleted_at, event_seq)
  overriding system value
  select
    j, 'backport', '{"name":"Backport","completedLabel":"Deployed","evidence":"production","estimateKey":"backport","hosts":null}', '{}',
    case when pg_temp.pick(j, 2, 20) > 1 then 'mediawiki' when pg_temp.pick(j, 2, 20) = 1 then 'train' else 'config' end,
    o.state::spiderpig.job_state, o.outcome::spiderpig.outcome, p.person, array['backport'],
    t.at, case when r.has_run then t.at + interval '20 seconds' end, f.at, f.at, case when r.has_run then 0 end,
    case o.outcome
      when 'completed' then 'production'
      when 'rolled_back' then 'merged'
      when 'interrupted' then 'testservers'
      else 'nowhere'
    end::spiderpig.reached,
    case
      when o.outcome in ('rolled_back', 'interrupted') and pg_temp.pick(j, 28, 2) = 0 then '{"stages":{"canaries":"rolled_back"}}'
      when o.outcome = 'exit_nonzero' and pg_temp.pick(j, 29, 10) = 0 then '{"stages":{"production":"started"}}'
    end::jsonb,
    case o.outcome when 'exit_nonzero' then 'scap ended with exit code ' || pg_temp.pick(j, 5, 90) || '.' end,
    case when o.outcome in ('rolled_back', 'declined', 'cancelled_while_queued', 'interrupted') then p.person end,
    case when o.outcome in ('rolled_back', 'declined') then j * 3 end,
    case when pg_temp.pick(j, 20, 100) = 0 and o.outcome = 'completed' then array[j * 3 - 1] else '{}' end,
    case when r.has_run then interval '3 minutes' end,
    'deploy1', 400, 30000, r.removed_at, r.removed_at, 14
  from generate_series(1, $1::integer) as j
  cross join lateral (values (now() - ($1 - j) * (interval '3 years' / $1) - interval '1 hour')) as t (at)
  cross join lateral (values ('deployer' || (pg_temp.pick(j, 3, 17) * pg_temp.pick(j, 4, 17) + 1))) as p (person)
  cross join lateral (values (t.at + interval '20 seconds' + make_interval(secs => 540 + pg_temp.pick(j, 21, 360)))) as f (at)
  cross join lateral (
    select *
    from (values
      (9200, 'succeeded', 'completed'), (9300, 'succeeded', 'nothing_to_deploy'), (9600, 'failed', 'exit_nonzero'),
      (9750, 'failed', 'rolled_back'), (9850, 'cancelled', 'declined'), (9950, 'cancelled', 'cancelled_while_queued'),
      (9999, 'failed', 'interrupted'), (10000, 'lost', 'holder_lost')) as v (below, state, outcome)
    where pg_temp.pick(j, 6, 10000) < v.below
    order by v.below
    limit 1) as o
  cross join lateral (values (
    o.outcome <> 'cancelled_while_queued', case when f.at < now() - interval '30 days' then f.at + interval '30 days' end)) as r (has_run, removed_at)`;

const CHANGES_OF_JOBS = `
  insert into spiderpig.change (job_id, position, number, patch_set, project, branch, subject, owner, url, uploaded_at)
  select
    j.id, p, n.number, 1 + pg_temp.pick(n.number, 7, 9), n.project, 'wmf/1.45.0-wmf.' || pg_temp.pick(j.id / 2000, 8, 30),
    format('%s %s %s for %s (T%s)',
      (array['Enable', 'Disable', 'Fix', 'Update', 'Remove', 'Revert'])[1 + pg_temp.pick(n.number, 9, 6)],
      (array['login', 'feature', 'search', 'upload', 'parser cache', 'thumbnail', 'echo', 'skin'])[1 + pg_temp.pick(n.number, 10, 8)],
      (array['logging', 'flag', 'limit', 'timeout', 'throttle', 'config'])[1 + pg_temp.pick(n.number, 11, 6)],
      chr(97 + pg_temp.pick(n.number, 12, 26)) || chr(97 + pg_temp.pick(n.number, 13, 26)) || 'wiki',
      100000 + pg_temp.pick(n.number, 14, 300000)),
    'author' || pg_temp.pick(n.number, 15, 900), 'https://gerrit.example/r/c/' || n.number,
    j.created_at - make_interval(mins => 10 + pg_temp.pick(n.number, 27, 6000))
  from spiderpig.job j
  cross join lateral generate_series(1, ${CHANGES}) as p
  cross join lateral (values (100000 + j.id * 2 + p * 3)) as k (number)
  cross join lateral (values (k.number, case pg_temp.pick(k.number, 16, 3)
    when 0 then 'operations/mediawiki-config'
    when 1 then 'mediawiki/core'
    else 'mediawiki/extensions/Extension' || pg_temp.pick(k.number, 17, 200) end)) as n (number, project)`;

/** Minutes 1, 4 and 6 of each job that ran. */
const QUESTIONS = `
  insert into spiderpig.interaction
    (id, job_id, prompt_key, kind, message, options, recognised, state, asked_at, line, ended_at, reminded_at, reminder_count)
  overriding system value
  select
    q.id, j.id, 'k' || n, 'yes_no',
    case n
      when 1 then E'The following changes are scheduled for backport:\\n* 1234 Enable the login\\nBackport the changes?'
      when 2 then E'Changes synced to the test servers.\\nPlease do any necessary checks before continuing.\\nContinue with sync?'
      else E'Logstash checker counted 9 error(s).\\nDo you want to proceed anyway?'
    end,
    '[{"text": "yes", "value": true}, {"text": "no", "value": false}]', pg_temp.pick(q.id, 22, 5000) > 0,
    case when w.is_answered then 'answered' else 'withdrawn' end::spiderpig.interaction_state, a.at, n * 40,
    a.at + interval '1 minute', case when w.is_reminded then a.at + interval '30 seconds' end, case when w.is_reminded then 1 else 0 end
  from spiderpig.job j
  cross join generate_series(1, 3) as n
  cross join lateral (values (j.id * 3 - 3 + n)) as q (id)
  cross join lateral (values (j.started_at + (array[1, 4, 6])[n] * interval '1 minute')) as a (at)
  cross join lateral (values (pg_temp.pick(q.id, 23, 200) > 0, pg_temp.pick(q.id, 24, 100) = 0)) as w (is_answered, is_reminded)
  where j.started_at is not null`;

const ANSWERS = `
  insert into spiderpig.answer (interaction_id, value, text, answered_by, answered_at, delivery, settled_at)
  select i.id, to_json(not n.is_no), case when n.is_no then 'no' else 'yes' end,
    case when pg_temp.pick(i.id, 18, 5) > 0 then j.requested_by else 'deployer' || pg_temp.pick(i.id, 19, 200) end,
    i.ended_at, case pg_temp.pick(i.id, 25, 2000) when 0 then 'undelivered' else 'consumed' end::spiderpig.delivery_state,
    i.ended_at + interval '30 milliseconds'
  from spiderpig.interaction i
  join spiderpig.job j on j.id = i.job_id
  cross join lateral (values (j.decisive_interaction_id is not distinct from i.id)) as n (is_no)
  where i.state = 'answered'`;

const SIGNALS = `
  insert into spiderpig.signal (job_id, kind, requested_by, requested_at, delivered_at, process_count)
  select id, 'interrupt', requested_by, finished_at, finished_at, 3 from spiderpig.job where outcome = 'interrupted'`;

/** Of twelve titles, one of them with the changes behind a colon. Each lasts 20 to 40 seconds. */
const PHASES = `
  insert into spiderpig.phase
    (job_id, id, name, depth, started_at, finished_at, ended_at, working, first_line, last_line, estimate_key, occurrence)
  select
    j.id, n,
    case n when 1 then 'scap sync-world: Backport for [[gerrit:' || j.id || ']]' else (array['', 'prep', 'l10n-update',
      'build-and-push-container-images', 'sync-masters', 'sync-testservers', 'sync-testservers-k8s', 'check-testservers',
      'sync-canaries-k8s', 'check-canaries', 'sync-prod-k8s', 'php-fpm-restarts'])[n] end,
    case n when 1 then 0 else 1 end, s.at, s.at + s.took, s.at + s.took, s.took, n * 30, n * 30 + 20, 'backport', 1
  from spiderpig.job j
  cross join generate_series(1, 12) as n
  cross join lateral (values (
    j.started_at + n * interval '40 seconds', make_interval(secs => 20 + pg_temp.pick(j.id * 12 + n, 26, 20000) / 1000.0))) as s (at, took)
  where j.started_at is not null`;

const EVENTS = `
  insert into spiderpig.job_event (job_id, seq, at, kind, actor, interaction_id, phase_id, data)
  select
    j.id, n,
    case when n = 1 then j.created_at when n = 14 then j.finished_at else j.started_at + n * interval '40 seconds' end,
    case
      when n = 1 then 'job_created'
      when n = 14 then 'job_finished'
      when n = 13 and j.outcome = 'holder_lost' then 'job_declared_lost'
      when n in (3, 6, 9) then 'interaction_asked'
      when n in (4, 7, 10) then 'answer_given'
      when n in (5, 8, 11) then 'answer_settled'
      when n = 2 then 'job_started'
      else 'phase_started'
    end,
    case when n in (1, 4, 7, 10) then j.requested_by end,
    case when n between 3 and 11 then j.id * 3 - 3 + n / 3 end,
    case when n = 12 then 1 end,
    case
      when n = 14 then jsonb_build_object('state', j.state, 'outcome', j.outcome)
      when n in (4, 7, 10) then '{"text": "yes"}'
      when n in (5, 8, 11) then '{"delivery": "consumed"}'
      else '{}'
    end
  from spiderpig.job j
  cross join generate_series(1, 14) as n
  where j.started_at is not null or n in (1, 14)`;

/** The newest job printed as many lines as there are jobs. */
const LOG = `
  insert into spiderpig.log_block (job_id, first_line, line_count, at, text)
  select j.id, b * 100 + 1, 100, j.started_at + b * interval '50 milliseconds', l.text
  from (select id, started_at from spiderpig.job where started_at is not null order by id desc limit 1) j
  cross join generate_series(0, (select count(*) from spiderpig.job) / 100 - 1) as b
  cross join lateral (
    select string_agg(format('12:00:%s sync-apaches: %s%% (ok: %s; fail: 0; left: %s)', n, n, b, n), chr(10)) as text
    from generate_series(1, 100) as n
    where b >= 0) l`;

const SEARCH = "insert into spiderpig.job_search select * from spiderpig.job_search_source";

const WORDS = `
  insert into spiderpig.search_word
  select distinct w.word
  from spiderpig.job_search s
  cross join lateral string_to_table(s.document, ' ') as w (word)
  where w.word <> '' and not spiderpig.is_search_number(w.word)`;

type Rows = { table: string; insert: string };

/** The first one has the number of jobs as its parameter. */
export const ROWS: readonly Rows[] = [
  { table: "job", insert: JOBS },
  { table: "change", insert: CHANGES_OF_JOBS },
  { table: "interaction", insert: QUESTIONS },
  { table: "answer", insert: ANSWERS },
  { table: "signal", insert: SIGNALS },
  { table: "phase", insert: PHASES },
  { table: "job_event", insert: EVENTS },
  { table: "log_block", insert: LOG },
  { table: "job_search", insert: SEARCH },
  { table: "search_word", insert: WORDS },
];
