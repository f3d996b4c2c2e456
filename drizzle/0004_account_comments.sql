-- Old code: may go on running.
-- Why now: `\d+` is the manual of whoever reads the database; the accounts had none.
-- Locks: none that anybody notices (comments only). Safe with old code running: yes. To undo: set them to null.

comment on table auth."user" is 'People and programs that may come in. Never deleted, so that history keeps its names; disabled instead.';
--> statement-breakpoint
comment on column auth."user"."id" is 'Random; does not change when the name does.';
--> statement-breakpoint
comment on column auth."user"."username" is 'Shell name, lower case: under this name scap acts and history speaks.';
--> statement-breakpoint
comment on column auth."user"."name" is 'Shown name; the same as username.';
--> statement-breakpoint
comment on column auth."user"."email" is 'Made up from the name under .invalid, because the library wants one; never used or shown.';
--> statement-breakpoint
comment on column auth."user"."email_verified" is 'Not used.';
--> statement-breakpoint
comment on column auth."user"."image" is 'Not used.';
--> statement-breakpoint
comment on column auth."user"."role" is 'What the account may do, from least to most: viewer, deployer, admin.';
--> statement-breakpoint
comment on column auth."user"."disabled" is 'True when the account may not come in any more, by no way.';
--> statement-breakpoint
comment on column auth."user"."demo" is 'True for an account of the sandbox, whose password is public: it comes in only in sandbox mode.';
--> statement-breakpoint
comment on column auth."user"."created_at" is 'When the account was made.';
--> statement-breakpoint
comment on column auth."user"."updated_at" is 'When role, name or state last changed.';
--> statement-breakpoint
comment on table auth."session" is 'Who is signed in: a row for each browser and for each API token. Deleting a row revokes it at once.';
--> statement-breakpoint
comment on column auth."session"."id" is 'Random.';
--> statement-breakpoint
comment on column auth."session"."user_id" is 'Whose session it is.';
--> statement-breakpoint
comment on column auth."session"."token" is 'Key of the row. Worth nothing alone: clients send it signed with SESSION_SECRET.';
--> statement-breakpoint
comment on column auth."session"."token_name" is 'Name of an API token; null for a browser.';
--> statement-breakpoint
comment on column auth."session"."expires_at" is 'From then on it is refused.';
--> statement-breakpoint
comment on column auth."session"."ip_address" is 'Address that signed in; empty for an API token.';
--> statement-breakpoint
comment on column auth."session"."user_agent" is 'Browser that signed in; empty for an API token.';
--> statement-breakpoint
comment on column auth."session"."created_at" is 'When it was signed in or issued.';
--> statement-breakpoint
comment on column auth."session"."updated_at" is 'The same as created_at: sessions are not prolonged.';
--> statement-breakpoint
comment on table auth."account" is 'Ways to prove who one is; today a password, a row for each user.';
--> statement-breakpoint
comment on column auth."account"."id" is 'Random.';
--> statement-breakpoint
comment on column auth."account"."user_id" is 'Whose proof it is.';
--> statement-breakpoint
comment on column auth."account"."provider_id" is '`credential` for a password.';
--> statement-breakpoint
comment on column auth."account"."account_id" is 'The user''s name at the provider; for a password the user''s id.';
--> statement-breakpoint
comment on column auth."account"."password" is 'scrypt hash with its salt; null for other providers.';
--> statement-breakpoint
comment on column auth."account"."access_token" is 'Of an outside provider; not used.';
--> statement-breakpoint
comment on column auth."account"."refresh_token" is 'Of an outside provider; not used.';
--> statement-breakpoint
comment on column auth."account"."id_token" is 'Of an outside provider; not used.';
--> statement-breakpoint
comment on column auth."account"."access_token_expires_at" is 'Of an outside provider; not used.';
--> statement-breakpoint
comment on column auth."account"."refresh_token_expires_at" is 'Of an outside provider; not used.';
--> statement-breakpoint
comment on column auth."account"."scope" is 'Of an outside provider; not used.';
--> statement-breakpoint
comment on column auth."account"."created_at" is 'When it was first set.';
--> statement-breakpoint
comment on column auth."account"."updated_at" is 'When it last changed.';
--> statement-breakpoint
comment on table auth."verification" is 'Short-lived codes of the library (for example of a sign-in by an outside provider).';
--> statement-breakpoint
comment on column auth."verification"."id" is 'Random.';
--> statement-breakpoint
comment on column auth."verification"."identifier" is 'What the code is for.';
--> statement-breakpoint
comment on column auth."verification"."value" is 'The code or what it stands for.';
--> statement-breakpoint
comment on column auth."verification"."expires_at" is 'From then on it is refused.';
--> statement-breakpoint
comment on column auth."verification"."created_at" is 'When it was made.';
--> statement-breakpoint
comment on column auth."verification"."updated_at" is 'When it last changed.';
--> statement-breakpoint
comment on table auth."rate_limit" is 'Recent attempts to sign in, counted for all web processes together.';
--> statement-breakpoint
comment on column auth."rate_limit"."id" is 'Random.';
--> statement-breakpoint
comment on column auth."rate_limit"."key" is 'Address and path that are counted.';
--> statement-breakpoint
comment on column auth."rate_limit"."count" is 'Attempts in the current window.';
--> statement-breakpoint
comment on column auth."rate_limit"."last_request" is 'Time of the last counted attempt, milliseconds since 1970.';
