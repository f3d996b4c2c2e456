-- Comments of the tables of notifications and webhooks.

comment on schema notification is 'Notification settings of people, the devices that receive push messages, webhooks, and what was sent to each. Not history: rows are deleted.';
comment on type notification.notified_jobs is 'Of which jobs a person is notified: their own, those they watch, all, or none.';
comment on type notification.notice is 'What a push message is about: a question, a question that needs no answer any more, or the end of a job.';

comment on table notification.settings is 'Notification settings of people. Without a row the defaults apply.';
comment on column notification.settings.user_id is 'The account of the person.';
comment on column notification.settings.jobs is 'Of which jobs the person is notified, unless notification.watch says otherwise for a job.';
comment on column notification.settings.job_ended is 'Whether the person is also notified when a job of their own ends.';
comment on column notification.settings.reminder_minutes is 'Minutes until the first reminder of a question without an answer; null when none is sent.';
comment on column notification.settings.quiet_hours is 'Local times from and to, and their time zone; null when there are none.';

comment on table notification.watch is 'Jobs that a person watches, or stopped watching. Deleted 30 days after the end of the job.';
comment on column notification.watch.user_id is 'The account of the person.';
comment on column notification.watch.job_id is 'Number of the job.';
comment on column notification.watch.is_watching is 'False when the person does not want notifications of this job, although the settings include it.';

comment on table notification.device is 'Browsers that receive push messages. A row is deleted with its session, and when the push service reports that the subscription no longer exists.';
comment on column notification.device.id is 'Number of the device.';
comment on column notification.device.session_id is 'The session in which notifications were turned on.';
comment on column notification.device.endpoint is 'Address at the push service, to which messages are sent.';
comment on column notification.device.p256dh is 'Public key of the browser, in base64url. Messages are encrypted to it.';
comment on column notification.device.auth_secret is 'Authentication secret of the browser for the encryption, in base64url.';
comment on column notification.device.created_at is 'When notifications were turned on.';

comment on table notification.delivery is 'What was last sent to a device about a job. Deleted 30 days after the end of the job.';
comment on column notification.delivery.device_id is 'The device that it was sent to.';
comment on column notification.delivery.job_id is 'Number of the job.';
comment on column notification.delivery.version is 'Incremented when a process begins to send.';
comment on column notification.delivery.claimed_until is 'A process is sending until then; null when none is.';
comment on column notification.delivery.notice is 'What was last sent; null when nothing was.';
comment on column notification.delivery.interaction_id is 'The question that it was about; null when it was about the end of the job.';
comment on column notification.delivery.reminders is 'How many reminders of that question were sent.';
comment on column notification.delivery.sent_at is 'When the push service accepted it; null when nothing was sent.';
comment on column notification.delivery.failures is 'How many times sending has failed since the last success.';
comment on column notification.delivery.retry_at is 'When sending is tried again after a failure; null when the last attempt succeeded.';

comment on table notification.vapid_key is 'The key pair with which the web processes identify themselves to push services (RFC 8292), unless the settings have one. Created by npm run migrate.';
comment on column notification.vapid_key.is_only is 'Always true: there is one row.';
comment on column notification.vapid_key.public_key is 'Public key in base64url. Browsers get it.';
comment on column notification.vapid_key.private_key is 'Private key in base64url. Deleting the row makes npm run migrate create another pair, and ends all subscriptions.';
comment on column notification.vapid_key.created_at is 'When the pair was created.';

comment on type notification.webhook_delivery_state is 'State of a delivery: pending (another attempt follows), delivered (the receiver accepted it), failed (no more attempts).';

comment on table notification.webhook is 'Webhooks: HTTP servers of other programs that receive events. Deleted by an admin.';
comment on column notification.webhook.id is 'Number of the webhook.';
comment on column notification.webhook.name is 'Name that the admin gave it.';
comment on column notification.webhook.host is 'Host and port of its URL.';
comment on column notification.webhook.encrypted_url is 'Its URL, encrypted with a key derived from SESSION_SECRET: the URL of a chat is a secret.';
comment on column notification.webhook.encrypted_secret is 'The secret that signs its messages, encrypted like the URL.';
comment on column notification.webhook.template is 'How the body is written: WEBHOOK_TEMPLATES in lib/domain/webhook.ts.';
comment on column notification.webhook.events is 'The events that it receives: WEBHOOK_EVENTS in lib/domain/webhook.ts.';
comment on column notification.webhook.created_at is 'When it was added.';
comment on column notification.webhook.created_by is 'User name of the admin who added it.';
comment on column notification.webhook.enabled_at is 'When it was added, or enabled again. Earlier events are not sent to it.';
comment on column notification.webhook.disabled_at is 'When it was disabled; null while it is enabled.';
comment on column notification.webhook.disabled_reason is 'Why it is disabled, in a sentence; null while it is enabled.';

comment on table notification.webhook_delivery is 'Messages to webhooks and their results. Deleted after 30 days, and with the webhook.';
comment on column notification.webhook_delivery.id is 'Id of the message, sent as webhook-id.';
comment on column notification.webhook_delivery.webhook_id is 'The webhook that it is sent to.';
comment on column notification.webhook_delivery.job_id is 'Number of the job whose event it is about; null for events of lanes and tests.';
comment on column notification.webhook_delivery.event_seq is 'Number of that event in the history of the job.';
comment on column notification.webhook_delivery.payload is 'What happened. The body is written from it by the template at each attempt.';
comment on column notification.webhook_delivery.created_at is 'When it was planned.';
comment on column notification.webhook_delivery.state is 'Whether the receiver accepted it.';
comment on column notification.webhook_delivery.attempts is 'How many times it was sent.';
comment on column notification.webhook_delivery.attempted_at is 'When it was sent last; null before the first attempt.';
comment on column notification.webhook_delivery.next_attempt_at is 'When it is sent next; null when no attempt follows.';
comment on column notification.webhook_delivery.duration_ms is 'How long the last attempt took, in milliseconds.';
comment on column notification.webhook_delivery.response_status is 'HTTP status of the last response; null without a response.';
comment on column notification.webhook_delivery.response_body is 'The first kilobyte of the last response.';
comment on column notification.webhook_delivery.error is 'Why the last attempt failed, in a sentence; null after a success.';
