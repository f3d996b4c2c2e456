"use client";
// The details of a selected change: commit message, votes, dependencies, earlier jobs and files.
import Link from "next/link";
import type { ReactNode } from "react";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { ChangeDetails, ChangedFile } from "#lib/contract/change.ts";
import { jobText, signed, unknownText } from "../../text/preflight-text.ts";
import { LinkedText } from "../../ui/linked-text.tsx";
import { Moment } from "../../ui/time.tsx";
import styles from "./change-details-panel.module.css";

export function ChangeDetailsPanel({ details }: { details: ChangeDetails | undefined }) {
  if (details === undefined) return <p className={styles.panel}>Reading from Gerrit…</p>;
  const { message, labels, dependencies, jobs, files, fileCount, unknown } = details;
  const unknownFacts = unknownText(unknown);
  return (
    <div className={styles.panel}>
      {unknownFacts !== undefined && <p>{unknownFacts}</p>}
      {message !== null && (
        <pre className={styles.message}>
          <LinkedText text={visibleLines(message)} />
        </pre>
      )}
      <dl className={styles.facts}>
        {labels?.map(({ name, votes }) => (
          <Fact key={name} name={name}>
            {votes.length === 0
              ? "No votes"
              : votes.map(({ value, by }) => `${signed(value)} ${visibleText(by)}`).join(", ")}
          </Fact>
        ))}
        {dependencies !== null && dependencies.length > 0 && (
          <Fact name="Depends on">
            {dependencies
              .map(
                ({ number, subject, status }) =>
                  `${number} ${visibleText(subject)} (${STATUS_LABELS[status] ?? status})`,
              )
              .join(", ")}
          </Fact>
        )}
        {jobs.length > 0 && (
          <Fact name="Jobs">
            <ul>
              {jobs.map((job) => (
                <li key={job.id}>
                  <Link href={`/jobs/${job.id}`}>{jobText(job)}</Link> by {job.requestedBy},{" "}
                  <Moment at={job.finishedAt ?? job.createdAt} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
      {files !== null && files.length > 0 && <Files files={files} count={fileCount ?? files.length} />}
    </div>
  );
}

const STATUS_LABELS: Readonly<Record<string, string>> = {
  NEW: "open",
  MERGED: "merged",
  ABANDONED: "abandoned",
};

function visibleLines(text: string): string {
  return text.trimEnd().split("\n").map(visibleText).join("\n");
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Files({ files, count }: { files: readonly ChangedFile[]; count: number }) {
  return (
    <div>
      <table className={styles.files} aria-label="Files">
        <tbody>
          {files.map(({ path, status, isBinary, inserted, deleted }) => (
            <tr key={path}>
              <td className={styles.path}>
                {visibleText(path)}
                {status !== "modified" && <span className={styles.status}> {status}</span>}
              </td>
              <td className={styles.inserted}>{isBinary ? "binary" : `+${inserted}`}</td>
              <td className={styles.deleted}>{isBinary ? "" : `−${deleted}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > files.length && <p>and {count - files.length} more files</p>}
    </div>
  );
}
