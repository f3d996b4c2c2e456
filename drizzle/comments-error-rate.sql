-- Comments of the tables of the error source.

comment on table spiderpig.error_source is 'The state of the error source (ERRORS_OPENSEARCH_URL or ERRORS_PROMETHEUS_URL). No row before the first reading.';
comment on column spiderpig.error_source.is_only is 'Always true: there is one row.';
comment on column spiderpig.error_source.claimed_at is 'When a web process last claimed to read the source. Others wait for the interval to pass.';
comment on column spiderpig.error_source.as_of is 'What was read last is complete up to this time. Null before the first reading.';
comment on column spiderpig.error_source.per_minute is 'Errors in the minute before as_of. Null before the first reading.';
comment on column spiderpig.error_source.failed_since is 'Since when the source could not be read. Null when the last reading succeeded.';
comment on column spiderpig.error_source.failure is 'Why it could not be read. Null when the last reading succeeded.';

comment on table spiderpig.error_minute is 'A minute that was read from the error source. Deleted after a day.';
comment on column spiderpig.error_minute.minute is 'Its start.';
comment on column spiderpig.error_minute.errors is 'Errors of all messages and versions, including those without a row in error_count.';

comment on table spiderpig.error_message is 'A message of errors. Deleted a day after it was last seen.';
comment on column spiderpig.error_message.id is 'Number of the message.';
comment on column spiderpig.error_message.text is 'The message; numbers, ids, hashes and quoted values are replaced by an ellipsis.';
comment on column spiderpig.error_message.first_seen_at is 'The first error with this message since the row exists.';
comment on column spiderpig.error_message.last_seen_at is 'The last minute in which it occurred.';

comment on table spiderpig.error_count is 'Errors with one message and version in one minute. Rare ones of a minute with very many messages are missing.';
comment on column spiderpig.error_count.minute is 'Start of the minute.';
comment on column spiderpig.error_count.message_id is 'The message.';
comment on column spiderpig.error_count.version is 'Version of the program that logged it; empty if it is not known.';
comment on column spiderpig.error_count.errors is 'How many.';
