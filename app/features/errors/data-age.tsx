"use client";
import type { ErrorRate } from "#lib/contract/error-rate.ts";
import { useNow } from "../../client/use-now.tsx";
import { ageText, isStale } from "../../text/error-rate-text.ts";
import { Clock } from "../../ui/time.tsx";
import styles from "./data-age.module.css";

/** How old the data is. While the error source is unreachable: since when there is none. */
export function DataAge({ rate }: { rate: ErrorRate }) {
  const now = useNow();
  const { asOf, failure } = rate;
  if (failure !== null) {
    return (
      <span className={styles.problem}>
        No data since <Clock at={asOf ?? failure.since} />
      </span>
    );
  }
  if (asOf === null) return <span className={styles.age}>No data yet</span>;
  return (
    <span className={isStale(rate, now) ? styles.problem : styles.age}>
      <time dateTime={asOf}>{ageText(asOf, now)}</time>
    </span>
  );
}
