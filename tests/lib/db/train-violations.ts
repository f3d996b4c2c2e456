// Writes that violate a constraint of the tables of the train.
import type { Breach } from "./schema-world.ts";

const INSERT_STATE = "insert into spiderpig.train_state (id, host, summary, wikis) overriding system value";
const STATE = `${INSERT_STATE} values (90001, 'deploy1', '{}', '{}')`;
const INSERT_HOST = "insert into spiderpig.train_host (host, state_id)";
const INSERT_JOB_STATE = "insert into spiderpig.train_job_state (job_id, moment, state_id)";

export function trainViolations(jobId: number): readonly Breach[] {
  const withState = (insert: string) =>
    `with stored as (insert into spiderpig.train_state (host, summary, wikis) values ('x', '{}', '{}') returning id) ${insert}`;
  return [
    ["train_state_pkey", `${STATE}, (90001, 'deploy1', '{}', '{}')`],
    [
      "train_host_pkey",
      withState(`${INSERT_HOST} select 'x', id from stored union all select 'x', id from stored`),
    ],
    ["train_host_state_id_train_state_id_fk", `${INSERT_HOST} values ('y', 0)`],
    [
      "train_job_state_pkey",
      withState(
        `${INSERT_JOB_STATE} select $1::integer, 'before', id from stored union all select $1, 'before', id from stored`,
      ),
      [jobId],
    ],
    ["train_job_state_state_id_train_state_id_fk", `${INSERT_JOB_STATE} values ($1, 'before', 0)`, [jobId]],
    ["train_job_state_job_id_job_id_fk", withState(`${INSERT_JOB_STATE} select 0, 'before', id from stored`)],
    [
      "moment_of_a_train_job",
      withState(`${INSERT_JOB_STATE} select $1::integer, 'during', id from stored`),
      [jobId],
    ],
  ];
}
