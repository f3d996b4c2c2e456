-- Comments of the tables of accounts and sessions, which the sign-in library uses.

comment on table auth."user" is 'Accounts of people and programs. Disabled when a person leaves. A disabled account can be deleted; the history keeps its name.';
comment on column auth."user"."id" is 'Random; does not change when the name does.';
comment on column auth."user"."username" is 'Shell name, lower case. scap and the history use it.';
comment on column auth."user"."name" is 'Shown name; the same as username.';
comment on column auth."user"."email" is 'Derived from the id, under .invalid, because the library requires one; never used or shown.';
comment on column auth."user"."email_verified" is 'Not used.';
comment on column auth."user"."image" is 'Not used.';
comment on column auth."user"."role" is 'What the account may do, from least to most: viewer, deployer, admin.';
comment on column auth."user"."disabled" is 'True if the account cannot sign in or use its tokens.';
comment on column auth."user"."demo" is 'True for an account of the sandbox, whose password is public: it can sign in only in sandbox mode.';
comment on column auth."user"."sso" is 'True for an account of single sign-on, which has no password; the identity provider decides its role.';
comment on column auth."user"."sso_confirmed_at" is 'When the identity provider last confirmed that the person has access; null if it no longer does, and for local accounts.';
comment on column auth."user"."session_generation" is 'How often all sessions of the account were ended together. A sign-in that began with another value is refused.';
comment on column auth."user"."created_at" is 'When the account was created.';
comment on column auth."user"."updated_at" is 'When role, name or state last changed.';

comment on table auth."session" is 'Sessions: a row for each browser that is signed in. Deleting a row ends the session at once.';
comment on column auth."session"."id" is 'Random.';
comment on column auth."session"."user_id" is 'The account of the session.';
comment on column auth."session"."token" is 'Key of the row. Useless alone: clients send it signed with SESSION_SECRET.';
comment on column auth."session"."sign_in_method" is 'How the person signed in.';
comment on column auth."session"."second_factor_at" is 'When a second factor was verified or set up in this session; null if none was. A passkey counts as both factors, so it is null for it.';
comment on column auth."session"."confirmed_at" is 'When the person last proved who they are: at sign-in, or before a change of tokens and second factors.';
comment on column auth."session"."last_used_at" is 'Last request, precise to a minute.';
comment on column auth."session"."expires_at" is 'When it expires.';
comment on column auth."session"."ip_address" is 'Address that signed in.';
comment on column auth."session"."user_agent" is 'Browser that signed in.';
comment on column auth."session"."created_at" is 'When it was created.';
comment on column auth."session"."updated_at" is 'The same as created_at: sessions are not extended.';

comment on table auth."sso_session" is 'What single sign-on knows about a session; a row for each browser that signed in that way.';
comment on column auth."sso_session"."session_id" is 'The session; the row ends with it.';
comment on column auth."sso_session"."issuer" is 'The identity provider.';
comment on column auth."sso_session"."subject" is 'The person, as the provider identifies them.';
comment on column auth."sso_session"."sid" is 'The session at the provider, by which it ends this one; null if the provider does not name it.';
comment on column auth."sso_session"."tokens" is 'Tokens of the provider, encrypted with SESSION_SECRET.';
comment on column auth."sso_session"."check_at" is 'When the person''s groups are read from the provider again.';

comment on table auth."account" is 'Credentials: a password or a subject of the identity provider for each user.';
comment on column auth."account"."id" is 'Random.';
comment on column auth."account"."user_id" is 'The user it belongs to.';
comment on column auth."account"."provider_id" is '`credential` for a password; the issuer for single sign-on.';
comment on column auth."account"."account_id" is 'The user''s name at the provider; for a password the user''s id.';
comment on column auth."account"."password" is 'scrypt hash with its cost and salt; null for other providers.';
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

comment on type auth.sign_in_method is 'How a person signed in.';
comment on type auth.token_scope is 'What an API token may do at most: read; deploy (also answer and stop); admin (all that its account may do, except changing the account itself).';

comment on table auth."api_token" is 'API tokens. Deleting a row revokes the token at once.';
comment on column auth."api_token"."id" is 'Names the token in commands and on the account page.';
comment on column auth."api_token"."user_id" is 'The account as which the token acts.';
comment on column auth."api_token"."name" is 'Given by its owner.';
comment on column auth."api_token"."scope" is 'What it may do at most. The role of the account is a limit as well.';
comment on column auth."api_token"."token_hash" is 'SHA-256 of the token, which is a random value of 256 bits.';
comment on column auth."api_token"."created_at" is 'When it was created.';
comment on column auth."api_token"."expires_at" is 'From when on it is refused.';
comment on column auth."api_token"."last_used_at" is 'Last request, precise to a minute; null if it was never used.';

comment on table auth."totp" is 'Authenticator apps, one for each account.';
comment on column auth."totp"."user_id" is 'The account.';
comment on column auth."totp"."encrypted_secret" is 'The shared secret, encrypted with a key derived from SESSION_SECRET.';
comment on column auth."totp"."created_at" is 'When the secret was created.';
comment on column auth."totp"."confirmed_at" is 'When the first code was entered; until then it is not a second factor.';
comment on column auth."totp"."last_step" is 'Time step of the last accepted code: a code is accepted once, and no earlier one after it.';
comment on column auth."totp"."failed_attempts" is 'Wrong codes in a row, from which the pause before the next attempt follows.';
comment on column auth."totp"."last_attempt_at" is 'When a code was last entered.';

comment on table auth."recovery_code" is 'Recovery codes that have not been used: each replaces a second factor once.';
comment on column auth."recovery_code"."user_id" is 'The account.';
comment on column auth."recovery_code"."code_hash" is 'SHA-256 of the code, which is a random value of 80 bits.';
comment on column auth."recovery_code"."created_at" is 'When it was created.';

comment on table auth."passkey" is 'Passkeys. A passkey asks for a PIN or a fingerprint, so it counts as both factors.';
comment on column auth."passkey"."id" is 'Names the passkey on the account page.';
comment on column auth."passkey"."user_id" is 'The account.';
comment on column auth."passkey"."name" is 'Given by its owner.';
comment on column auth."passkey"."credential_id" is 'Id that the authenticator gave it, in base64url.';
comment on column auth."passkey"."public_key" is 'Public key, in COSE format.';
comment on column auth."passkey"."counter" is 'Signature counter of the authenticator; 0 if it has none. A counter that goes back reveals a copied key.';
comment on column auth."passkey"."created_at" is 'When it was added.';
comment on column auth."passkey"."last_used_at" is 'When it last signed in; null if it never did.';

comment on table auth."used_challenge" is 'Challenges of passkeys and ids of logout tokens that were used, until they expire: each is accepted once.';
comment on column auth."used_challenge"."challenge" is 'The challenge, in base64url; for a logout token "logout" and a hash of its issuer and id.';
comment on column auth."used_challenge"."expires_at" is 'From when on it would be refused anyway; the row is then deleted.';
