// The violations of the constraints of the error source's tables, for tests/lib/db/schema-constraints.test.ts.
import type { Breach } from "./schema-world.ts";

const LONG = "x".repeat(301);
/** Each statement brings the rows that it needs, because the one before was refused. */
const MINUTE = "with m as (insert into spiderpig.error_minute (minute, errors) values (now(), 1))";
const COUNT = "insert into spiderpig.error_count (minute, message_id, version, errors)";

export const ERROR_RATE_VIOLATIONS: readonly Breach[] = [
  ["error_source_pkey", "insert into spiderpig.error_source (claimed_at) values (now()), (now())"],
  ["there_is_one_row", "insert into spiderpig.error_source (is_only, claimed_at) values (false, now())"],
  ["read_iff_rate_known", "insert into spiderpig.error_source (claimed_at, as_of) values (now(), now())"],
  ["failed_for_a_reason", "insert into spiderpig.error_source (claimed_at, failure) values (now(), 'x')"],
  ["error_minute_pkey", "insert into spiderpig.error_minute (minute, errors) values (now(), 1), (now(), 1)"],
  [
    "error_message_pkey",
    `insert into spiderpig.error_message (id, text, first_seen_at, last_seen_at) overriding system value
     values (7, 'a', now(), now()), (7, 'b', now(), now())`,
  ],
  [
    "error_message_once",
    `insert into spiderpig.error_message (text, first_seen_at, last_seen_at)
     values ('a', now(), now()), ('a', now(), now())`,
  ],
  [
    "error_message_is_bounded",
    `insert into spiderpig.error_message (text, first_seen_at, last_seen_at) values ('${LONG}', now(), now())`,
  ],
  ["error_count_pkey", `${COUNT} values (now(), 1, '', 1), (now(), 1, '', 1)`],
  ["error_version_is_bounded", `${COUNT} values (now(), 1, '${LONG}', 1)`],
  ["error_count_minute_error_minute_minute_fk", `${COUNT} values (now(), 1, '', 1)`],
  ["error_count_message_id_error_message_id_fk", `${MINUTE} ${COUNT} values (now(), 1, '', 1)`],
];
