-- Previous version: may keep running.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE SCHEMA "auth";
--> statement-breakpoint
CREATE SCHEMA "spiderpig";
--> statement-breakpoint
CREATE SCHEMA "notification";
--> statement-breakpoint
CREATE TYPE "auth"."role" AS ENUM('viewer', 'deployer', 'admin');--> statement-breakpoint
CREATE TYPE "auth"."sign_in_method" AS ENUM('password', 'passkey', 'single_sign_on');--> statement-breakpoint
CREATE TYPE "spiderpig"."delivery_state" AS ENUM('accepted', 'consumed', 'not_consumed', 'undelivered');--> statement-breakpoint
CREATE TYPE "spiderpig"."interaction_kind" AS ENUM('yes_no', 'choices', 'acknowledge', 'text', 'secret', 'screen');--> statement-breakpoint
CREATE TYPE "spiderpig"."interaction_state" AS ENUM('pending', 'answered', 'withdrawn', 'expired');--> statement-breakpoint
CREATE TYPE "spiderpig"."job_state" AS ENUM('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'lost');--> statement-breakpoint
CREATE TYPE "spiderpig"."outcome" AS ENUM('completed', 'nothing_to_deploy', 'prepared', 'declined', 'refused', 'rolled_back', 'rollback_failed', 'exit_nonzero', 'interrupted', 'killed', 'spawn_failed', 'cancelled_while_queued', 'holder_lost', 'unclear');--> statement-breakpoint
CREATE TYPE "spiderpig"."reached" AS ENUM('nowhere', 'merged', 'testservers', 'canaries', 'production');--> statement-breakpoint
CREATE TYPE "spiderpig"."reason_code" AS ENUM('no_commits', 'beta_only', 'stopped_before_sync', 'answered_no', 'ended_without_rollback', 'step_interrupted', 'locked', 'unhandled_error');--> statement-breakpoint
CREATE TYPE "spiderpig"."signal_kind" AS ENUM('interrupt', 'interrupt_group', 'terminate', 'kill');--> statement-breakpoint
CREATE TYPE "auth"."token_scope" AS ENUM('read', 'deploy', 'admin');--> statement-breakpoint
CREATE TYPE "notification"."notice" AS ENUM('question', 'withdrawn', 'ended');--> statement-breakpoint
CREATE TYPE "notification"."notified_jobs" AS ENUM('mine', 'watched', 'all', 'none');--> statement-breakpoint
CREATE TYPE "notification"."webhook_delivery_state" AS ENUM('pending', 'delivered', 'failed');--> statement-breakpoint
CREATE TABLE "spiderpig"."audit_event" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."audit_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"actor" text,
	"target" text,
	"channel" text NOT NULL,
	"address" text,
	"user_agent" text,
	"request_id" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."account" (
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_pkey" PRIMARY KEY("id"),
	CONSTRAINT "account_once_per_provider" UNIQUE("provider_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "auth"."rate_limit" (
	"id" text NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL,
	CONSTRAINT "rate_limit_pkey" PRIMARY KEY("id"),
	CONSTRAINT "rate_limit_key_once" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "auth"."session" (
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"token" text NOT NULL,
	"sign_in_method" "auth"."sign_in_method" NOT NULL,
	"second_factor_at" timestamp with time zone,
	"confirmed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "session_pkey" PRIMARY KEY("id"),
	CONSTRAINT "session_token_once" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "auth"."sso_session" (
	"session_id" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"sid" text,
	"tokens" text NOT NULL,
	"check_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sso_session_pkey" PRIMARY KEY("session_id")
);
--> statement-breakpoint
CREATE TABLE "auth"."user" (
	"id" text NOT NULL,
	"username" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" "auth"."role" DEFAULT 'viewer' NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"demo" boolean DEFAULT false NOT NULL,
	"sso" boolean DEFAULT false NOT NULL,
	"sso_confirmed_at" timestamp with time zone,
	"session_generation" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_pkey" PRIMARY KEY("id"),
	CONSTRAINT "user_name_once" UNIQUE("username"),
	CONSTRAINT "user_email_once" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "auth"."verification" (
	"id" text NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "verification_pkey" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "auth"."api_token" (
	"id" integer GENERATED ALWAYS AS IDENTITY (sequence name "auth"."api_token_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"scope" "auth"."token_scope" NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_token_pkey" PRIMARY KEY("id"),
	CONSTRAINT "api_token_once" UNIQUE("token_hash"),
	CONSTRAINT "api_token_has_a_name" CHECK (length("auth"."api_token"."name") between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "auth"."passkey" (
	"id" integer GENERATED ALWAYS AS IDENTITY (sequence name "auth"."passkey_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "passkey_pkey" PRIMARY KEY("id"),
	CONSTRAINT "passkey_once" UNIQUE("credential_id"),
	CONSTRAINT "passkey_has_a_name" CHECK (length("auth"."passkey"."name") between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "auth"."recovery_code" (
	"user_id" text NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recovery_code_pkey" PRIMARY KEY("user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "auth"."totp" (
	"user_id" text NOT NULL,
	"encrypted_secret" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint,
	"failed_attempts" integer DEFAULT 0 NOT NULL,
	"last_attempt_at" timestamp with time zone,
	CONSTRAINT "totp_pkey" PRIMARY KEY("user_id")
);
--> statement-breakpoint
CREATE TABLE "auth"."used_challenge" (
	"challenge" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "used_challenge_pkey" PRIMARY KEY("challenge")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."error_count" (
	"minute" timestamp with time zone NOT NULL,
	"message_id" integer NOT NULL,
	"version" text NOT NULL,
	"errors" integer NOT NULL,
	CONSTRAINT "error_count_pkey" PRIMARY KEY("minute","message_id","version"),
	CONSTRAINT "error_version_is_bounded" CHECK (length("spiderpig"."error_count"."version") <= 60)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."error_message" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."error_message_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"text" text NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "error_message_once" UNIQUE("text"),
	CONSTRAINT "error_message_is_bounded" CHECK (length("spiderpig"."error_message"."text") <= 300)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."error_minute" (
	"minute" timestamp with time zone PRIMARY KEY NOT NULL,
	"errors" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."error_source" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"as_of" timestamp with time zone,
	"per_minute" double precision,
	"failed_since" timestamp with time zone,
	"failure" text,
	CONSTRAINT "there_is_one_row" CHECK ("spiderpig"."error_source"."is_only"),
	CONSTRAINT "read_iff_rate_known" CHECK (("spiderpig"."error_source"."as_of" is null) = ("spiderpig"."error_source"."per_minute" is null)),
	CONSTRAINT "failed_for_a_reason" CHECK (("spiderpig"."error_source"."failed_since" is null) = ("spiderpig"."error_source"."failure" is null))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."job_event" (
	"job_id" integer NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"actor" text,
	"interaction_id" integer,
	"phase_id" integer,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "job_event_pkey" PRIMARY KEY("job_id","seq")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."answer" (
	"interaction_id" integer PRIMARY KEY NOT NULL,
	"value" jsonb,
	"text" text,
	"answered_by" text NOT NULL,
	"answered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivery" "spiderpig"."delivery_state" DEFAULT 'accepted' NOT NULL,
	"settled_at" timestamp with time zone,
	"errors_at_answer" double precision,
	CONSTRAINT "answered_by_is_named" CHECK (length("spiderpig"."answer"."answered_by") between 1 and 100),
	CONSTRAINT "settled_iff_delivery_known" CHECK (("spiderpig"."answer"."settled_at" is not null) = ("spiderpig"."answer"."delivery" in ('consumed', 'not_consumed', 'undelivered')))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."change" (
	"job_id" integer NOT NULL,
	"position" integer NOT NULL,
	"number" integer NOT NULL,
	"patch_set" integer,
	"merged_patch_set" integer,
	"project" text NOT NULL,
	"branch" text NOT NULL,
	"subject" text NOT NULL,
	"owner" text NOT NULL,
	"url" text NOT NULL,
	"uploaded_at" timestamp with time zone,
	"merged_at" timestamp with time zone,
	CONSTRAINT "change_pkey" PRIMARY KEY("job_id","position"),
	CONSTRAINT "change_once_per_job" UNIQUE("job_id","number")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."interaction" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."interaction_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"job_id" integer NOT NULL,
	"prompt_key" text NOT NULL,
	"kind" "spiderpig"."interaction_kind" NOT NULL,
	"message" text NOT NULL,
	"title" text GENERATED ALWAYS AS (right(regexp_replace(message, '^.*\n', ''), 200)) STORED NOT NULL,
	"options" jsonb NOT NULL,
	"default_value" jsonb,
	"recognised" boolean NOT NULL,
	"complaint" text,
	"state" "spiderpig"."interaction_state" DEFAULT 'pending' NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"line" integer NOT NULL,
	"ended_at" timestamp with time zone,
	"reminded_at" timestamp with time zone,
	"reminder_count" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone,
	"expiry_action" "spiderpig"."signal_kind",
	"errors_before" double precision,
	"errors_at_question" double precision,
	CONSTRAINT "prompt_once_per_job" UNIQUE("job_id","prompt_key"),
	CONSTRAINT "ended_iff_not_pending" CHECK (("spiderpig"."interaction"."ended_at" is not null) = ("spiderpig"."interaction"."state" <> 'pending')),
	CONSTRAINT "reminded_iff_counted" CHECK (("spiderpig"."interaction"."reminded_at" is null) = ("spiderpig"."interaction"."reminder_count" = 0)),
	CONSTRAINT "expiry_has_an_action" CHECK (("spiderpig"."interaction"."expires_at" is null) = ("spiderpig"."interaction"."expiry_action" is null)),
	CONSTRAINT "message_is_bounded" CHECK (length("spiderpig"."interaction"."message") <= 65536),
	CONSTRAINT "question_has_a_line" CHECK ("spiderpig"."interaction"."line" > 0)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."job" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."job_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"operation" jsonb NOT NULL,
	"parameters" jsonb NOT NULL,
	"lane" text NOT NULL,
	"state" "spiderpig"."job_state" DEFAULT 'queued' NOT NULL,
	"outcome" "spiderpig"."outcome",
	"requested_by" text NOT NULL,
	"responsible" text,
	"queue_rank" integer GENERATED BY DEFAULT AS IDENTITY (sequence name "spiderpig"."job_queue_rank_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"window_id" integer,
	"command" text[] NOT NULL,
	"retry_of" integer,
	"idempotency_key" text,
	"traceparent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"held_at" timestamp with time zone,
	"held_reason" text,
	"failed_starts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"policy_override" jsonb,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"lane_released_at" timestamp with time zone,
	"lane_released_by" text,
	"exit_code" integer,
	"exit_signal" integer,
	"reached" "spiderpig"."reached" DEFAULT 'nowhere' NOT NULL,
	"reach_is_partial" boolean DEFAULT false NOT NULL,
	"is_approved" boolean DEFAULT false NOT NULL,
	"evidence" jsonb,
	"reason" text,
	"reason_code" "spiderpig"."reason_code",
	"error_line" integer,
	"decided_by" text,
	"decisive_interaction_id" integer,
	"decisive_signal_id" integer,
	"ignored_checks" integer[] DEFAULT '{}' NOT NULL,
	"ended_processes" text[] DEFAULT '{}' NOT NULL,
	"host" text,
	"worker_id" uuid,
	"lease_epoch" integer DEFAULT 0 NOT NULL,
	"status" text,
	"progress" jsonb,
	"event_seq" integer DEFAULT 0 NOT NULL,
	"line_count" integer DEFAULT 0 NOT NULL,
	"output_bytes" bigint DEFAULT 0 NOT NULL,
	"waited" interval,
	"output_removed_at" timestamp with time zone,
	"output_deleted_at" timestamp with time zone,
	CONSTRAINT "idempotency_key_once_per_user" UNIQUE("requested_by","idempotency_key"),
	CONSTRAINT "kind_is_a_name" CHECK ("spiderpig"."job"."kind" ~ '^[a-z][a-z0-9_-]{0,39}$'),
	CONSTRAINT "lane_is_a_name" CHECK ("spiderpig"."job"."lane" ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
	CONSTRAINT "requested_by_is_named" CHECK (length("spiderpig"."job"."requested_by") between 1 and 100),
	CONSTRAINT "finished_iff_terminal" CHECK (("spiderpig"."job"."finished_at" is not null) = ("spiderpig"."job"."state" in ('succeeded', 'failed', 'cancelled', 'lost'))),
	CONSTRAINT "outcome_iff_terminal" CHECK (("spiderpig"."job"."outcome" is not null) = ("spiderpig"."job"."finished_at" is not null)),
	CONSTRAINT "outcome_fits_state" CHECK ("spiderpig"."job"."outcome" is null or ("spiderpig"."job"."outcome"::text, "spiderpig"."job"."state"::text) in (('completed', 'succeeded'), ('nothing_to_deploy', 'succeeded'), ('prepared', 'succeeded'), ('declined', 'cancelled'), ('refused', 'failed'), ('rolled_back', 'failed'), ('rollback_failed', 'failed'), ('exit_nonzero', 'failed'), ('interrupted', 'failed'), ('killed', 'failed'), ('spawn_failed', 'failed'), ('cancelled_while_queued', 'cancelled'), ('holder_lost', 'lost'), ('unclear', 'failed'))),
	CONSTRAINT "live_has_started" CHECK ("spiderpig"."job"."state" not in ('running', 'waiting') or "spiderpig"."job"."started_at" is not null),
	CONSTRAINT "held_for_a_reason" CHECK (("spiderpig"."job"."held_at" is null) = ("spiderpig"."job"."held_reason" is null)),
	CONSTRAINT "held_has_not_started" CHECK ("spiderpig"."job"."held_at" is null or "spiderpig"."job"."started_at" is null),
	CONSTRAINT "queued_has_not_started" CHECK ("spiderpig"."job"."state" <> 'queued' or "spiderpig"."job"."started_at" is null),
	CONSTRAINT "exit_only_when_finished" CHECK ("spiderpig"."job"."finished_at" is not null or ("spiderpig"."job"."exit_code" is null and "spiderpig"."job"."exit_signal" is null)),
	CONSTRAINT "live_keeps_its_output" CHECK ("spiderpig"."job"."output_removed_at" is null or "spiderpig"."job"."finished_at" is not null),
	CONSTRAINT "only_removed_output_is_deleted" CHECK ("spiderpig"."job"."output_deleted_at" is null or "spiderpig"."job"."output_removed_at" is not null),
	CONSTRAINT "live_keeps_its_lane" CHECK ("spiderpig"."job"."lane_released_at" is null or "spiderpig"."job"."finished_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."reverted_change" (
	"job_id" integer NOT NULL,
	"number" integer NOT NULL,
	"by_job_id" integer NOT NULL,
	CONSTRAINT "reverted_change_pkey" PRIMARY KEY("job_id","number","by_job_id")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."signal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."signal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"job_id" integer NOT NULL,
	"kind" "spiderpig"."signal_kind" NOT NULL,
	"interaction_id" integer,
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	"process_count" integer,
	CONSTRAINT "delivered_iff_counted" CHECK (("spiderpig"."signal"."delivered_at" is null) = ("spiderpig"."signal"."process_count" is null))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."host" (
	"name" text PRIMARY KEY NOT NULL,
	"drained_at" timestamp with time zone,
	"drained_by" text,
	"drain_reason" text,
	CONSTRAINT "drain_is_recorded" CHECK (("spiderpig"."host"."drained_at" is null) = ("spiderpig"."host"."drained_by" is null) and ("spiderpig"."host"."drained_at" is null) = ("spiderpig"."host"."drain_reason" is null)),
	CONSTRAINT "drain_has_a_reason" CHECK (length("spiderpig"."host"."drain_reason") between 1 and 500)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."lane" (
	"name" text PRIMARY KEY NOT NULL,
	"host" text
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."lane_freeze" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."lane_freeze_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"lane" text NOT NULL,
	"reason" text NOT NULL,
	"frozen_by" text NOT NULL,
	"frozen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone,
	"lifted_by" text,
	"lifted_at" timestamp with time zone,
	CONSTRAINT "freeze_has_a_reason" CHECK (length("spiderpig"."lane_freeze"."reason") between 1 and 500),
	CONSTRAINT "lifted_by_is_recorded" CHECK (("spiderpig"."lane_freeze"."lifted_at" is null) = ("spiderpig"."lane_freeze"."lifted_by" is null)),
	CONSTRAINT "freeze_ends_after_it_starts" CHECK ("spiderpig"."lane_freeze"."until" > "spiderpig"."lane_freeze"."frozen_at")
);
--> statement-breakpoint
CREATE TABLE "notification"."delivery" (
	"device_id" integer NOT NULL,
	"job_id" integer NOT NULL,
	"version" integer NOT NULL,
	"claimed_until" timestamp with time zone,
	"notice" "notification"."notice",
	"interaction_id" integer,
	"reminders" integer DEFAULT 0 NOT NULL,
	"sent_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	CONSTRAINT "delivery_pkey" PRIMARY KEY("device_id","job_id"),
	CONSTRAINT "sent_iff_noticed" CHECK (("notification"."delivery"."notice" is null) = ("notification"."delivery"."sent_at" is null))
);
--> statement-breakpoint
CREATE TABLE "notification"."device" (
	"id" integer GENERATED ALWAYS AS IDENTITY (sequence name "notification"."device_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"session_id" text NOT NULL,
	"endpoint" text NOT NULL,
	"p256dh" text NOT NULL,
	"auth_secret" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "device_pkey" PRIMARY KEY("id"),
	CONSTRAINT "device_endpoint_once" UNIQUE("endpoint")
);
--> statement-breakpoint
CREATE TABLE "notification"."settings" (
	"user_id" text NOT NULL,
	"jobs" "notification"."notified_jobs" NOT NULL,
	"job_ended" boolean NOT NULL,
	"reminder_minutes" integer,
	"quiet_hours" jsonb,
	CONSTRAINT "settings_pkey" PRIMARY KEY("user_id")
);
--> statement-breakpoint
CREATE TABLE "notification"."vapid_key" (
	"is_only" boolean DEFAULT true NOT NULL,
	"public_key" text NOT NULL,
	"private_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vapid_key_pkey" PRIMARY KEY("is_only"),
	CONSTRAINT "one_vapid_key" CHECK ("notification"."vapid_key"."is_only")
);
--> statement-breakpoint
CREATE TABLE "notification"."watch" (
	"user_id" text NOT NULL,
	"job_id" integer NOT NULL,
	"is_watching" boolean NOT NULL,
	CONSTRAINT "watch_pkey" PRIMARY KEY("user_id","job_id")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."log_block" (
	"job_id" integer NOT NULL,
	"first_line" integer NOT NULL,
	"line_count" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"line_ages_ms" integer[],
	"text" text NOT NULL,
	CONSTRAINT "log_block_pkey" PRIMARY KEY("job_id","first_line"),
	CONSTRAINT "block_has_lines" CHECK ("spiderpig"."log_block"."first_line" > 0 and "spiderpig"."log_block"."line_count" > 0)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."log_tail" (
	"job_id" integer PRIMARY KEY NOT NULL,
	"settled_lines" integer NOT NULL,
	"live_texts" text[] NOT NULL,
	"live_at" timestamp with time zone[] NOT NULL,
	"journal_end" bigint NOT NULL,
	"journal_skip" integer NOT NULL,
	"terminal" json,
	"screen" json,
	CONSTRAINT "live_lines_have_times" CHECK (cardinality("spiderpig"."log_tail"."live_texts") = cardinality("spiderpig"."log_tail"."live_at"))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."output_chunk" (
	"job_id" integer NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"journal_end" bigint NOT NULL,
	"journal_skip" integer DEFAULT 0 NOT NULL,
	"raw" "bytea" NOT NULL,
	"piece_bytes" integer[],
	"piece_delays_ms" integer[],
	CONSTRAINT "output_chunk_pkey" PRIMARY KEY("job_id","seq")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."phase" (
	"job_id" integer NOT NULL,
	"id" integer NOT NULL,
	"name" text NOT NULL,
	"title" text GENERATED ALWAYS AS (split_part(name, ': ', 1)) STORED NOT NULL,
	"depth" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"working" interval,
	"first_line" integer NOT NULL,
	"last_line" integer,
	"estimate_key" text NOT NULL,
	"occurrence" integer NOT NULL,
	"usual" jsonb,
	CONSTRAINT "phase_pkey" PRIMARY KEY("job_id","id"),
	CONSTRAINT "phase_ends_after_it_starts" CHECK ("spiderpig"."phase"."finished_at" >= "spiderpig"."phase"."started_at"),
	CONSTRAINT "phase_has_lines" CHECK ("spiderpig"."phase"."first_line" > 0 and "spiderpig"."phase"."last_line" >= "spiderpig"."phase"."first_line"),
	CONSTRAINT "last_line_iff_finished" CHECK (("spiderpig"."phase"."last_line" is null) = ("spiderpig"."phase"."finished_at" is null))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."sensitive_line" (
	"job_id" integer NOT NULL,
	"line" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "sensitive_line_pkey" PRIMARY KEY("job_id","line")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."report_week" (
	"week" date PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."report_week_job" (
	"week" date NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"requested_by" text NOT NULL,
	"outcome" text NOT NULL,
	"state" text NOT NULL,
	"jobs" integer NOT NULL,
	CONSTRAINT "report_week_job_pkey" PRIMARY KEY("week","kind","lane","requested_by","outcome")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."report_week_phase" (
	"week" date NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"title" text NOT NULL,
	"runs" integer NOT NULL,
	"p50" double precision NOT NULL,
	"p95" double precision NOT NULL,
	"longest" double precision NOT NULL,
	CONSTRAINT "report_week_phase_pkey" PRIMARY KEY("week","kind","lane","title")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."report_week_question" (
	"week" date NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"title" text NOT NULL,
	"asked" integer NOT NULL,
	"answered" integer NOT NULL,
	"p50" double precision NOT NULL,
	"p95" double precision NOT NULL,
	"longest" double precision NOT NULL,
	CONSTRAINT "report_week_question_pkey" PRIMARY KEY("week","kind","lane","title")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."report_week_total" (
	"week" date NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"jobs" integer NOT NULL,
	"deployments" integer NOT NULL,
	"changes" integer NOT NULL,
	"people" integer NOT NULL,
	"not_completed" integer NOT NULL,
	"change_failures" integer NOT NULL,
	"reached_production" integer NOT NULL,
	"lead_p50" double precision,
	"lead_p95" double precision,
	"change_lead_p50" double precision,
	"change_lead_p95" double precision,
	"restore_p50" double precision,
	"queued_p50" double precision,
	"waited_p50" double precision,
	"worked_p50" double precision,
	CONSTRAINT "report_week_total_pkey" PRIMARY KEY("week","kind","lane")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."report_week_wait" (
	"week" date NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"dimension" text NOT NULL,
	"value" text NOT NULL,
	"answers" integer NOT NULL,
	"waited" double precision NOT NULL,
	"within_1_minute" integer NOT NULL,
	"within_5_minutes" integer NOT NULL,
	"within_15_minutes" integer NOT NULL,
	"within_60_minutes" integer NOT NULL,
	"longest" double precision NOT NULL,
	CONSTRAINT "report_week_wait_pkey" PRIMARY KEY("week","kind","lane","dimension","value")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."job_search" (
	"job_id" integer PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"is_ended" boolean NOT NULL,
	"facets" text[] NOT NULL,
	"document" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."search_word" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."train_host" (
	"host" text PRIMARY KEY NOT NULL,
	"state_id" integer NOT NULL,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."train_job_state" (
	"job_id" integer NOT NULL,
	"moment" text NOT NULL,
	"state_id" integer NOT NULL,
	CONSTRAINT "train_job_state_pkey" PRIMARY KEY("job_id","moment"),
	CONSTRAINT "moment_of_a_train_job" CHECK ("spiderpig"."train_job_state"."moment" in ('before', 'after'))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."train_state" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."train_state_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"host" text NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL,
	"summary" jsonb NOT NULL,
	"wikis" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."interaction_transition" (
	"from_state" "spiderpig"."interaction_state" NOT NULL,
	"to_state" "spiderpig"."interaction_state" NOT NULL,
	CONSTRAINT "interaction_transition_pkey" PRIMARY KEY("from_state","to_state")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."job_transition" (
	"from_state" "spiderpig"."job_state" NOT NULL,
	"to_state" "spiderpig"."job_state" NOT NULL,
	CONSTRAINT "job_transition_pkey" PRIMARY KEY("from_state","to_state")
);
--> statement-breakpoint
CREATE TABLE "notification"."webhook" (
	"id" integer GENERATED ALWAYS AS IDENTITY (sequence name "notification"."webhook_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"host" text NOT NULL,
	"encrypted_url" text NOT NULL,
	"encrypted_secret" text NOT NULL,
	"template" text NOT NULL,
	"events" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"enabled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	"disabled_reason" text,
	CONSTRAINT "webhook_pkey" PRIMARY KEY("id"),
	CONSTRAINT "webhook_has_a_name" CHECK (length("notification"."webhook"."name") between 1 and 100),
	CONSTRAINT "disabled_for_a_reason" CHECK (("notification"."webhook"."disabled_at" is null) = ("notification"."webhook"."disabled_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "notification"."webhook_delivery" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"webhook_id" integer NOT NULL,
	"job_id" integer,
	"event_seq" integer,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" "notification"."webhook_delivery_state" DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" timestamp with time zone,
	"next_attempt_at" timestamp with time zone,
	"duration_ms" integer,
	"response_status" integer,
	"response_body" text,
	"error" text,
	CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY("id"),
	CONSTRAINT "event_once_per_webhook" UNIQUE("job_id","event_seq","webhook_id"),
	CONSTRAINT "event_iff_of_a_job" CHECK (("notification"."webhook_delivery"."job_id" is null) = ("notification"."webhook_delivery"."event_seq" is null)),
	CONSTRAINT "response_is_bounded" CHECK (length("notification"."webhook_delivery"."response_body") <= 1024)
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."deployment_window" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."deployment_window_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"series_id" integer,
	"title" text NOT NULL,
	"lane" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cancelled_at" timestamp with time zone,
	"cancelled_by" text,
	"checked_at" timestamp with time zone,
	"check_lease_until" timestamp with time zone,
	"event_seq" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "window_once_per_week" UNIQUE("series_id","starts_at"),
	CONSTRAINT "window_ends_after_it_starts" CHECK ("spiderpig"."deployment_window"."ends_at" > "spiderpig"."deployment_window"."starts_at"),
	CONSTRAINT "window_cancellation_is_recorded" CHECK (("spiderpig"."deployment_window"."cancelled_at" is null) = ("spiderpig"."deployment_window"."cancelled_by" is null))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."window_event" (
	"window_id" integer NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "window_event_pkey" PRIMARY KEY("window_id","seq")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."window_item" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."window_item_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"window_id" integer NOT NULL,
	"position" integer NOT NULL,
	"number" integer NOT NULL,
	"patch_set" integer,
	"project" text NOT NULL,
	"branch" text NOT NULL,
	"subject" text NOT NULL,
	"owner" text NOT NULL,
	"url" text NOT NULL,
	"author" text NOT NULL,
	"added_by" text NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	"removed_by" text,
	"report" text,
	"reported_by" text,
	"reported_at" timestamp with time zone,
	"reported_job_id" integer,
	"facts" jsonb,
	CONSTRAINT "author_is_named" CHECK (length("spiderpig"."window_item"."author") between 1 and 100),
	CONSTRAINT "removal_is_recorded" CHECK (("spiderpig"."window_item"."removed_at" is null) = ("spiderpig"."window_item"."removed_by" is null)),
	CONSTRAINT "report_is_known" CHECK ("spiderpig"."window_item"."report" in ('tested', 'absent')),
	CONSTRAINT "report_is_recorded" CHECK (("spiderpig"."window_item"."report" is null) = ("spiderpig"."window_item"."reported_at" is null) and ("spiderpig"."window_item"."report" is null) = ("spiderpig"."window_item"."reported_by" is null))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."window_series" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "spiderpig"."window_series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"title" text NOT NULL,
	"lane" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	CONSTRAINT "series_ends_after_it_starts" CHECK ("spiderpig"."window_series"."ends_at" > "spiderpig"."window_series"."starts_at"),
	CONSTRAINT "series_end_is_recorded" CHECK (("spiderpig"."window_series"."ended_at" is null) = ("spiderpig"."window_series"."ended_by" is null))
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."worker" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"version" text NOT NULL,
	"public_key" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stopped_at" timestamp with time zone,
	"operations" text[],
	"claim_problem" text,
	"scap_version" text,
	"scap_problem" text
);
--> statement-breakpoint
ALTER TABLE "auth"."account" ADD CONSTRAINT "account_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."session" ADD CONSTRAINT "session_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."sso_session" ADD CONSTRAINT "sso_session_of_a_session" FOREIGN KEY ("session_id") REFERENCES "auth"."session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."api_token" ADD CONSTRAINT "api_token_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."passkey" ADD CONSTRAINT "passkey_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."recovery_code" ADD CONSTRAINT "recovery_code_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."totp" ADD CONSTRAINT "totp_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."error_count" ADD CONSTRAINT "error_count_minute_error_minute_minute_fk" FOREIGN KEY ("minute") REFERENCES "spiderpig"."error_minute"("minute") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."error_count" ADD CONSTRAINT "error_count_message_id_error_message_id_fk" FOREIGN KEY ("message_id") REFERENCES "spiderpig"."error_message"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job_event" ADD CONSTRAINT "job_event_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."answer" ADD CONSTRAINT "answer_interaction_id_interaction_id_fk" FOREIGN KEY ("interaction_id") REFERENCES "spiderpig"."interaction"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."change" ADD CONSTRAINT "change_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."interaction" ADD CONSTRAINT "interaction_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD CONSTRAINT "job_window_id_deployment_window_id_fk" FOREIGN KEY ("window_id") REFERENCES "spiderpig"."deployment_window"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD CONSTRAINT "job_decisive_interaction_id_interaction_id_fk" FOREIGN KEY ("decisive_interaction_id") REFERENCES "spiderpig"."interaction"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD CONSTRAINT "job_decisive_signal_id_signal_id_fk" FOREIGN KEY ("decisive_signal_id") REFERENCES "spiderpig"."signal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD CONSTRAINT "job_worker_id_worker_id_fk" FOREIGN KEY ("worker_id") REFERENCES "spiderpig"."worker"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD CONSTRAINT "retry_of_a_job" FOREIGN KEY ("retry_of") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."reverted_change" ADD CONSTRAINT "reverted_change_by_job_id_job_id_fk" FOREIGN KEY ("by_job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."reverted_change" ADD CONSTRAINT "reverted_change_of_a_job" FOREIGN KEY ("job_id","number") REFERENCES "spiderpig"."change"("job_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."signal" ADD CONSTRAINT "signal_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."signal" ADD CONSTRAINT "signal_interaction_id_interaction_id_fk" FOREIGN KEY ("interaction_id") REFERENCES "spiderpig"."interaction"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."delivery" ADD CONSTRAINT "delivery_to_a_device" FOREIGN KEY ("device_id") REFERENCES "notification"."device"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."delivery" ADD CONSTRAINT "delivery_of_a_job" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."device" ADD CONSTRAINT "device_of_a_session" FOREIGN KEY ("session_id") REFERENCES "auth"."session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."settings" ADD CONSTRAINT "settings_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."watch" ADD CONSTRAINT "watch_of_a_user" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."watch" ADD CONSTRAINT "watch_of_a_job" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."log_block" ADD CONSTRAINT "log_block_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."log_tail" ADD CONSTRAINT "log_tail_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."output_chunk" ADD CONSTRAINT "output_chunk_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."phase" ADD CONSTRAINT "phase_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."sensitive_line" ADD CONSTRAINT "sensitive_line_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."report_week_job" ADD CONSTRAINT "report_week_job_week_report_week_week_fk" FOREIGN KEY ("week") REFERENCES "spiderpig"."report_week"("week") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."report_week_phase" ADD CONSTRAINT "report_week_phase_week_report_week_week_fk" FOREIGN KEY ("week") REFERENCES "spiderpig"."report_week"("week") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."report_week_question" ADD CONSTRAINT "report_week_question_week_report_week_week_fk" FOREIGN KEY ("week") REFERENCES "spiderpig"."report_week"("week") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."report_week_total" ADD CONSTRAINT "report_week_total_week_report_week_week_fk" FOREIGN KEY ("week") REFERENCES "spiderpig"."report_week"("week") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."report_week_wait" ADD CONSTRAINT "report_week_wait_week_report_week_week_fk" FOREIGN KEY ("week") REFERENCES "spiderpig"."report_week"("week") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."job_search" ADD CONSTRAINT "job_search_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."train_host" ADD CONSTRAINT "train_host_state_id_train_state_id_fk" FOREIGN KEY ("state_id") REFERENCES "spiderpig"."train_state"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."train_job_state" ADD CONSTRAINT "train_job_state_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."train_job_state" ADD CONSTRAINT "train_job_state_state_id_train_state_id_fk" FOREIGN KEY ("state_id") REFERENCES "spiderpig"."train_state"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."webhook_delivery" ADD CONSTRAINT "delivery_to_a_webhook" FOREIGN KEY ("webhook_id") REFERENCES "notification"."webhook"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification"."webhook_delivery" ADD CONSTRAINT "webhook_delivery_of_a_job" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."deployment_window" ADD CONSTRAINT "deployment_window_series_id_window_series_id_fk" FOREIGN KEY ("series_id") REFERENCES "spiderpig"."window_series"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."window_event" ADD CONSTRAINT "window_event_window_id_deployment_window_id_fk" FOREIGN KEY ("window_id") REFERENCES "spiderpig"."deployment_window"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spiderpig"."window_item" ADD CONSTRAINT "window_item_window_id_deployment_window_id_fk" FOREIGN KEY ("window_id") REFERENCES "spiderpig"."deployment_window"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_event_by_time" ON "spiderpig"."audit_event" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_event_by_kind" ON "spiderpig"."audit_event" USING btree ("kind","id");--> statement-breakpoint
CREATE INDEX "audit_event_by_actor" ON "spiderpig"."audit_event" USING btree ("actor","id");--> statement-breakpoint
CREATE INDEX "audit_event_by_target" ON "spiderpig"."audit_event" USING btree ("target","id");--> statement-breakpoint
CREATE INDEX "account_by_user" ON "auth"."account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_by_user" ON "auth"."session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sso_session_by_subject" ON "auth"."sso_session" USING btree ("issuer","subject");--> statement-breakpoint
CREATE INDEX "sso_session_by_check" ON "auth"."sso_session" USING btree ("check_at");--> statement-breakpoint
CREATE INDEX "verification_by_identifier" ON "auth"."verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "api_token_by_user" ON "auth"."api_token" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkey_by_user" ON "auth"."passkey" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "job_event_by_time" ON "spiderpig"."job_event" USING btree ("at");--> statement-breakpoint
CREATE INDEX "job_event_of_lost_jobs" ON "spiderpig"."job_event" USING btree ("at") WHERE "spiderpig"."job_event"."kind" in ('job_declared_lost', 'holder_found_running');--> statement-breakpoint
CREATE INDEX "answer_by_person" ON "spiderpig"."answer" USING btree ("answered_by","interaction_id");--> statement-breakpoint
CREATE INDEX "answer_by_time" ON "spiderpig"."answer" USING btree ("answered_at");--> statement-breakpoint
CREATE INDEX "answer_unsettled" ON "spiderpig"."answer" USING btree ("interaction_id") WHERE "spiderpig"."answer"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "change_by_number" ON "spiderpig"."change" USING btree ("number","job_id");--> statement-breakpoint
CREATE UNIQUE INDEX "one_pending_interaction_per_job" ON "spiderpig"."interaction" USING btree ("job_id") WHERE "spiderpig"."interaction"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "interaction_by_job" ON "spiderpig"."interaction" USING btree ("job_id","id");--> statement-breakpoint
CREATE INDEX "interaction_by_time" ON "spiderpig"."interaction" USING btree ("asked_at");--> statement-breakpoint
CREATE INDEX "interaction_reminded" ON "spiderpig"."interaction" USING btree ("asked_at") WHERE "spiderpig"."interaction"."reminder_count" > 0;--> statement-breakpoint
CREATE INDEX "interaction_unrecognised" ON "spiderpig"."interaction" USING btree ("asked_at") WHERE not "spiderpig"."interaction"."recognised";--> statement-breakpoint
CREATE UNIQUE INDEX "one_job_holds_a_lane" ON "spiderpig"."job" USING btree ("lane") WHERE "spiderpig"."job"."started_at" is not null and "spiderpig"."job"."lane_released_at" is null;--> statement-breakpoint
CREATE INDEX "job_queue" ON "spiderpig"."job" USING btree ("lane","queue_rank") WHERE "spiderpig"."job"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "job_live" ON "spiderpig"."job" USING btree ("id") WHERE "spiderpig"."job"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "job_with_output" ON "spiderpig"."job" USING btree ("finished_at") WHERE "spiderpig"."job"."output_removed_at" is null and "spiderpig"."job"."lane_released_at" is not null
          and ("spiderpig"."job"."output_bytes" > 0 or "spiderpig"."job"."state" = 'lost');--> statement-breakpoint
CREATE INDEX "job_with_removed_output" ON "spiderpig"."job" USING btree ("id") WHERE "spiderpig"."job"."output_removed_at" is not null and "spiderpig"."job"."output_deleted_at" is null;--> statement-breakpoint
CREATE INDEX "job_by_requester" ON "spiderpig"."job" USING btree ("requested_by","id");--> statement-breakpoint
CREATE INDEX "job_by_creation" ON "spiderpig"."job" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "job_by_window" ON "spiderpig"."job" USING btree ("window_id","id") WHERE "spiderpig"."job"."window_id" is not null;--> statement-breakpoint
CREATE INDEX "job_by_start" ON "spiderpig"."job" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "job_by_end" ON "spiderpig"."job" USING btree ("finished_at");--> statement-breakpoint
CREATE INDEX "job_completed" ON "spiderpig"."job" USING btree ("lane","finished_at") WHERE "spiderpig"."job"."outcome" = 'completed';--> statement-breakpoint
CREATE INDEX "job_with_decision" ON "spiderpig"."job" USING btree ("id") WHERE "spiderpig"."job"."decided_by" is not null;--> statement-breakpoint
CREATE INDEX "job_with_ignored_checks" ON "spiderpig"."job" USING btree ("id") WHERE cardinality("spiderpig"."job"."ignored_checks") > 0;--> statement-breakpoint
CREATE INDEX "reverted_change_by_job" ON "spiderpig"."reverted_change" USING btree ("by_job_id");--> statement-breakpoint
CREATE INDEX "signal_by_job" ON "spiderpig"."signal" USING btree ("job_id","id");--> statement-breakpoint
CREATE INDEX "signal_by_time" ON "spiderpig"."signal" USING btree ("requested_at");--> statement-breakpoint
CREATE UNIQUE INDEX "one_freeze_per_lane" ON "spiderpig"."lane_freeze" USING btree ("lane") WHERE "spiderpig"."lane_freeze"."lifted_at" is null;--> statement-breakpoint
CREATE INDEX "delivery_by_job" ON "notification"."delivery" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "device_by_session" ON "notification"."device" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "watch_by_job" ON "notification"."watch" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "phase_history" ON "spiderpig"."phase" USING btree ("estimate_key","title","occurrence","job_id") WHERE "spiderpig"."phase"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "phase_by_time" ON "spiderpig"."phase" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "phase_by_title" ON "spiderpig"."phase" USING btree ("title","started_at");--> statement-breakpoint
CREATE INDEX "job_search_ended" ON "spiderpig"."job_search" USING gin ("facets") WITH (fastupdate=false) WHERE "spiderpig"."job_search"."is_ended";--> statement-breakpoint
CREATE INDEX "job_search_open" ON "spiderpig"."job_search" USING btree ("job_id") WHERE not "spiderpig"."job_search"."is_ended";--> statement-breakpoint
CREATE INDEX "job_search_by_creation" ON "spiderpig"."job_search" USING btree ("created_at","job_id");--> statement-breakpoint
CREATE INDEX "search_word_part" ON "spiderpig"."search_word" USING gin ("word" gin_trgm_ops) WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "webhook_delivery_by_webhook" ON "notification"."webhook_delivery" USING btree ("webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhook_delivery_by_time" ON "notification"."webhook_delivery" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "window_by_end" ON "spiderpig"."deployment_window" USING btree ("ends_at","id");--> statement-breakpoint
CREATE INDEX "window_event_by_time" ON "spiderpig"."window_event" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "change_once_per_window" ON "spiderpig"."window_item" USING btree ("window_id","number") WHERE "spiderpig"."window_item"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "window_item_by_window" ON "spiderpig"."window_item" USING btree ("window_id","position");
