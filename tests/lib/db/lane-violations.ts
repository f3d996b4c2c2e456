// Rows of hosts and freezes that the database must refuse, with the constraint.
import type { Breach } from "./schema-world.ts";

export const INSERT_FREEZE = "insert into spiderpig.lane_freeze (lane, reason, frozen_by";

export const LANE_VIOLATIONS: readonly Breach[] = [
  ["host_pkey", "insert into spiderpig.host (name) values ('x'), ('x')"],
  ["drain_is_recorded", "insert into spiderpig.host (name, drained_at) values ('x', now())"],
  [
    "drain_has_a_reason",
    "insert into spiderpig.host (name, drained_at, drained_by, drain_reason) values ('x', now(), 'admin', '')",
  ],
  ["freeze_has_a_reason", `${INSERT_FREEZE}) values ('x', '', 'admin')`],
  ["freeze_has_a_reason", `${INSERT_FREEZE}) values ('x', repeat('x', 501), 'admin')`],
  ["freeze_ends_after_it_starts", `${INSERT_FREEZE}, until) values ('x', 'why', 'admin', now())`],
  ["lifted_by_is_recorded", `${INSERT_FREEZE}, lifted_at) values ('x', 'why', 'admin', now())`],
  ["lifted_by_is_recorded", `${INSERT_FREEZE}, lifted_by) values ('x', 'why', 'admin', 'admin')`],
  ["one_freeze_per_lane", `${INSERT_FREEZE}) values ('x', 'why', 'admin'), ('x', 'why', 'admin')`],
];
