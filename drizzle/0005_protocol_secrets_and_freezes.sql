-- Old code: may go on running.
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
	CONSTRAINT "lifted_by_somebody" CHECK (("spiderpig"."lane_freeze"."lifted_at" is null) = ("spiderpig"."lane_freeze"."lifted_by" is null)),
	CONSTRAINT "freeze_ends_after_it_starts" CHECK ("spiderpig"."lane_freeze"."until" > "spiderpig"."lane_freeze"."frozen_at")
);
--> statement-breakpoint
CREATE TABLE "spiderpig"."sensitive_line" (
	"job_id" integer NOT NULL,
	"line" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "sensitive_line_pkey" PRIMARY KEY("job_id","line")
);
--> statement-breakpoint
ALTER TABLE "spiderpig"."job" ADD COLUMN "lane_released_by" text;--> statement-breakpoint
ALTER TABLE "spiderpig"."output_chunk" ADD COLUMN "journal_skip" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "spiderpig"."worker" ADD COLUMN "public_key" text;--> statement-breakpoint
ALTER TABLE "spiderpig"."sensitive_line" ADD CONSTRAINT "sensitive_line_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "spiderpig"."job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "one_freeze_a_lane" ON "spiderpig"."lane_freeze" USING btree ("lane") WHERE "spiderpig"."lane_freeze"."lifted_at" is null;