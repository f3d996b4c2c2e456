-- One row for each job that held a lane.

create or replace view history.lane_occupancy as
select
  j.lane,
  j.id as job_id,
  j.requested_by,
  j.started_at as held_from,
  j.lane_released_at as held_until,
  spiderpig.seconds(
    spiderpig.elapsed(j.started_at, coalesce(j.lane_released_at, statement_timestamp()))
  ) as held_seconds,
  spiderpig.seconds(
    coalesce(j.waited, spiderpig.waited_between(j.id, j.started_at, statement_timestamp()))
  ) as waiting_for_people_seconds,
  j.lane_released_by as released_by
from spiderpig.job j
where j.started_at is not null;

comment on view history.lane_occupancy is 'One row for each job that held a lane: who, from when to when, and how much of it was waiting for people.';
comment on column history.lane_occupancy.lane is 'The lane.';
comment on column history.lane_occupancy.job_id is 'Number of the job.';
comment on column history.lane_occupancy.requested_by is 'Who had requested the job.';
comment on column history.lane_occupancy.held_from is 'When scap was started.';
comment on column history.lane_occupancy.held_until is 'When the job released the lane. Null while it holds it.';
comment on column history.lane_occupancy.held_seconds is 'How long it held the lane; so far, while it does.';
comment on column history.lane_occupancy.waiting_for_people_seconds is 'The part of it in which a question was unanswered.';
comment on column history.lane_occupancy.released_by is 'The admin who released the lane of a lost job. Null when the end of the job released it.';
