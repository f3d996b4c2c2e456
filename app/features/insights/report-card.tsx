// The card of a report: its chart, and below it the same rows as a table, the SQL that returns them and a CSV file.
import type { ReactNode } from "react";
import type { Insight } from "#lib/domain/insight.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import card from "../../ui/card.module.css";
import { insightCsvHref, type InsightsParams } from "./insights-address.ts";
import styles from "./report-card.module.css";

type Cell = string | number | null;

type ReportCardProps = {
  title: string;
  /** What is measured, in a sentence or two. */
  description: string;
  /** The result in a few words. */
  figure?: string | undefined;
  name: Insight;
  params: InsightsParams;
  report: { rows: readonly Record<string, Cell>[]; sql: string };
  isWide?: boolean;
  children: ReactNode;
};

/** More rows than a person reads. The CSV file has all. */
const TABLE_ROWS_MAX = 200;

export function ReportCard(props: ReportCardProps) {
  const { title, description, figure, name, params, report, isWide = false, children } = props;
  const id = title.toLowerCase().replaceAll(" ", "-");
  return (
    <section className={`${card.card} ${styles.card}`} data-wide={isWide || undefined} aria-labelledby={id}>
      <div className={styles.heading}>
        <h2 id={id}>{title}</h2>
        {figure !== undefined && report.rows.length > 0 && <p className={styles.figure}>{figure}</p>}
      </div>
      <p className={styles.description}>{description}</p>
      <div className={styles.content}>
        {report.rows.length === 0 ? (
          <p className={styles.empty}>Nothing was recorded in this time.</p>
        ) : (
          children
        )}
      </div>
      <div className={styles.sources}>
        <details className={styles.source}>
          <summary aria-label={`Table: ${title}`}>Table</summary>
          <Rows title={title} rows={report.rows} />
        </details>
        <details className={styles.source}>
          <summary aria-label={`SQL: ${title}`}>SQL</summary>
          <pre className={styles.sql}>
            <code>{report.sql}</code>
          </pre>
          <p className={styles.description}>
            Run it as role spiderpig_reader; docs/sql.md describes the views.
          </p>
        </details>
        <a href={insightCsvHref(name, params)} aria-label={`CSV: ${title}`}>
          CSV
        </a>
      </div>
    </section>
  );
}

/** The newest first, if the rows are in the order of time. */
function Rows({ title, rows }: { title: string; rows: readonly Record<string, Cell>[] }) {
  const columns = Object.keys(rows[0] ?? {});
  const ordered = columns[0] === "week" ? rows.toReversed() : rows;
  const shown = ordered.slice(0, TABLE_ROWS_MAX);
  return (
    // It scrolls, so it must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
    <section className={styles.rows} aria-label={`Table of ${title}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column.replaceAll("_", " ")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={columns.map((column) => row[column]).join(" ")}>
              {columns.map((column) => (
                <td key={column}>{cellText(row[column] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {ordered.length > shown.length && <p>The CSV file has all {ordered.length} rows.</p>}
    </section>
  );
}

function cellText(cell: Cell): string {
  return typeof cell === "string" ? visibleText(cell) : (cell?.toLocaleString("en-GB") ?? "");
}
