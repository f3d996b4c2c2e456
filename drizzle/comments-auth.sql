-- Comments of the tables of accounts and sessions, which the sign-in library uses.

comment on table auth."user" is 'Accounts of people and programs. Never deleted, because the history refers to their names; disabled instead.';
comment on column auth."user"."id" is 'Random; does not change when the name does.';
comment on column auth."user"."username" is 'Shell name, lower case. scap and the history use it.';
comment on column auth."user"."name" is 'Shown name; the same as username.';
comment on column auth."user"."email" is 'Derived from the name, under .invalid, because the library requires one; never used or shown.';
comment on column auth."user"."email_verified" is 'Not used.';
comment on column auth."user"."image" is 'Not used.';
comment on column auth."user"."role" is 'What the account may do, from least to most: viewer, deployer, admin.';
comment on column auth."user"."disabled" is 'True if the account cannot sign in or use its tokens.';
comment on column auth."user"."demo" is 'True for an account of the sandbox, whose password is public: it can sign in only in sandbox mode.';
comment on column auth."user"."created_at" is 'When the account was created.';
comment on column auth."user"."updated_at" is 'When role, name or state last changed.';

comment on table auth."session" is 'Sessions: a row for each browser and for each API token. Deleting a row revokes it at once.';
comment on column auth."session"."id" is 'Random.';
comment on column auth."session"."user_id" is 'The account of the session.';
comment on column auth."session"."token" is 'Key of the row. Useless alone: clients send it signed with SESSION_SECRET.';
comment on column auth."session"."token_name" is 'Name of an API token; null for a browser.';
comment on column auth."session"."expires_at" is 'When it expires.';
comment on column auth."session"."ip_address" is 'Address that signed in; empty for an API token.';
comment on column auth."session"."user_agent" is 'Browser that signed in; empty for an API token.';
comment on column auth."session"."created_at" is 'When it was created.';
comment on column auth."session"."updated_at" is 'The same as created_at: sessions are not extended.';

comment on table auth."account" is 'Credentials: a password for each user.';
comment on column auth."account"."id" is 'Random.';
comment on column auth."account"."user_id" is 'The user it belongs to.';
comment on column auth."account"."provider_id" is '`credential` for a password.';
comment on column auth."account"."account_id" is 'The user''s name at the provider; for a password the user''s id.';
comment on column auth."account"."password" is 'scrypt hash with its salt; null for other providers.';
comment on column auth."account"."access_token" is 'Of an external provider; not used.';
comment on column auth."account"."refresh_token" is 'Of an external provider; not used.';
comment on column auth."account"."id_token" is 'Of an external provider; not used.';
comment on column auth."account"."access_token_expires_at" is 'Of an external provider; not used.';
comment on column auth."account"."refresh_token_expires_at" is 'Of an external provider; not used.';
comment on column auth."account"."scope" is 'Of an external provider; not used.';
comment on column auth."account"."created_at" is 'When it was first set.';
comment on column auth."account"."updated_at" is 'When it last changed.';

comment on table auth."verification" is 'Short-lived codes of the library (for example of a sign-in by an external provider).';
comment on column auth."verification"."id" is 'Random.';
comment on column auth."verification"."identifier" is 'What the code is for.';
comment on column auth."verification"."value" is 'The code or its meaning.';
comment on column auth."verification"."expires_at" is 'When it expires.';
comment on column auth."verification"."created_at" is 'When it was created.';
comment on column auth."verification"."updated_at" is 'When it last changed.';

comment on table auth."rate_limit" is 'Recent attempts to sign in, counted for all web processes together.';
comment on column auth."rate_limit"."id" is 'Random.';
comment on column auth."rate_limit"."key" is 'What is counted: an address and a path, or an account (hashed) and perhaps one of its browsers.';
comment on column auth."rate_limit"."count" is 'Attempts in the current window.';
comment on column auth."rate_limit"."last_request" is 'Time of the last counted attempt, milliseconds since 1970.';
