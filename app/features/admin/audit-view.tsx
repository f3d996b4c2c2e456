"use client";
// The audit, the newest event first. The address is the state: each filter and each page of the list has one of its own.
import Link from "next/link";
import { useTransition } from "react";
import { useRouter } from "next/navigation";
import type { AuditEvent } from "#lib/contract/admin.ts";
import { AUDIT_KINDS } from "#lib/domain/audit.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { AUDIT_LABELS, auditDetails, CHANNEL_LABELS } from "../../text/audit-text.ts";
import card from "../../ui/card.module.css";
import { ExactClock } from "../../ui/time.tsx";
import { Choice, Entry } from "../history/filter-fields.tsx";
import { AdminPage } from "./admin-page.tsx";
import { auditExportHref, auditHref, type AuditParams } from "./audit-address.ts";
import styles from "./admin.module.css";

type AuditViewProps = {
  params: AuditParams;
  /** Parameters of the address that are not valid. */
  invalid: readonly string[];
  events: readonly AuditEvent[];
  hasOlder: boolean;
};

const KINDS = AUDIT_KINDS.map((kind) => [kind, AUDIT_LABELS[kind]] as const);

export function AuditView({ params, invalid, events, hasOlder }: AuditViewProps) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const { before, ...filter } = params;
  const field = (name: keyof AuditParams) => ({
    name,
    value: params[name],
    onChange: (value: string) =>
      start(() => router.push(auditHref({ ...filter, [name]: value }), { scroll: false })),
  });
  const oldest = events.at(-1);
  return (
    <AdminPage name="audit">
      <search className={styles.filters}>
        <Choice {...field("kind")} label="Event" options={KINDS} />
        <Entry {...field("actor")} label="Actor" />
        <Entry {...field("target")} label="Target" />
        <Entry {...field("from")} label="From" type="date" />
        <Entry {...field("to")} label="To" type="date" />
      </search>
      <div className={styles.bar}>
        <output>
          {invalid.length > 0
            ? `The address has an invalid value: ${invalid.join(", ")}.`
            : `${events.length === 1 ? "1 event" : `${events.length} events`} on this page, newest first.`}
        </output>
        <span>
          {Object.keys(filter).length > 0 && <Link href={auditHref({})}>Clear filters</Link>}{" "}
          <a href={auditExportHref(params)}>Export CSV</a>
        </span>
      </div>
      <ol
        className={`${card.card} ${styles.list} ${styles.results}`}
        data-stale={isPending || undefined}
        aria-label="Audit events"
      >
        {events.map((event) => (
          <AuditRow key={event.id} event={event} />
        ))}
        {events.length === 0 && <li className={styles.empty}>No events match.</li>}
      </ol>
      {(before !== undefined || hasOlder) && (
        <nav className={styles.pager} aria-label="Pages">
          {before !== undefined && <Link href={auditHref(filter)}>Newest</Link>}
          {hasOlder && oldest !== undefined && (
            <Link href={auditHref({ ...filter, before: String(oldest.id) })}>Older</Link>
          )}
        </nav>
      )}
    </AdminPage>
  );
}

function AuditRow({ event }: { event: AuditEvent }) {
  const { at, kind, actor, target, channel, address, userAgent, requestId } = event;
  const from = channel === "system" ? "" : [CHANNEL_LABELS[channel], address].filter(Boolean).join(" · ");
  const origin = [userAgent, requestId === null ? null : `request ${requestId}`].filter(
    (part) => part !== null,
  );
  return (
    <li className={styles.event} data-failed={kind.endsWith("_failed") || undefined}>
      <span className={styles.time}>
        <ExactClock at={at} />
      </span>
      <span className={styles.kind}>{AUDIT_LABELS[kind]}</span>
      <span>{actor === null ? (channel === "system" ? "SpiderPig" : "Unknown") : visibleText(actor)}</span>
      <span className={styles.target}>
        {target !== null && target !== actor && <Target target={target} />}
      </span>
      <span className={styles.details}>{auditDetails(event)}</span>
      <span className={styles.from} title={visibleText(origin.join("\n"))}>
        {visibleText(from)}
      </span>
    </li>
  );
}

function Target({ target }: { target: string }) {
  const job = /^job (\d+)$/.exec(target)?.[1];
  return job === undefined ? visibleText(target) : <Link href={`/jobs/${job}`}>{target}</Link>;
}
