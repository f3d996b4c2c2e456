"use client";
import type { ErrorMessage } from "#lib/contract/error-rate.ts";
import { isNewSince } from "../../text/error-rate-text.ts";
import { formatCount } from "../../text/format.ts";
import card from "../../ui/card.module.css";
import { Age } from "../../ui/time.tsx";
import styles from "./message-table.module.css";

type MessageTableProps = { messages: readonly ErrorMessage[]; since: string | null };

export function MessageTable({ messages, since }: MessageTableProps) {
  return (
    <table className={`${card.card} ${styles.table}`}>
      <thead>
        <tr>
          <th scope="col" className={styles.count}>
            Errors
          </th>
          <th scope="col">Message</th>
          <th scope="col" className={styles.versions}>
            Version
          </th>
          <th scope="col" className={styles.seen}>
            First seen
          </th>
        </tr>
      </thead>
      <tbody>
        {messages.map((message) => (
          <MessageRow key={message.text} message={message} isNew={isNewSince(message, since)} />
        ))}
      </tbody>
    </table>
  );
}

function MessageRow({ message, isNew }: { message: ErrorMessage; isNew: boolean }) {
  const { text, errors, versions, firstSeenAt } = message;
  return (
    <tr data-new={isNew || undefined}>
      <td className={styles.count}>{formatCount(errors)}</td>
      <td className={styles.message}>
        {isNew && <strong className={styles.new}>New</strong>} {text}
      </td>
      <td className={styles.versions}>
        {versions.map(({ version, errors: count }) => (
          <span key={version}>
            {version === "" ? "Unknown" : version}
            {versions.length > 1 && ` (${formatCount(count)})`}
          </span>
        ))}
      </td>
      <td className={styles.seen}>
        <Age at={firstSeenAt} />
      </td>
    </tr>
  );
}
