"use client";
import { cdxIconAlert, cdxIconError } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import type { ItemFinding } from "./window-findings.ts";
import styles from "./item-findings.module.css";

type ItemFindingsProps = { findings: readonly ItemFinding[]; isChecked: boolean; isStartable: boolean };

/** The first problem of a change in one line, which has its height whether there is one or not; the others open on request. */
export function ItemFindings({ findings, isChecked, isStartable }: ItemFindingsProps) {
  const [first, ...others] = isStartable ? findings : [];
  if (first === undefined) {
    return <p className={styles.line}>{isStartable && (isChecked ? "No problems found." : "Checking…")}</p>;
  }
  const line = (
    <>
      <Icon icon={first.level === "block" ? cdxIconError : cdxIconAlert} size="small" />
      <span className={styles.text}>{visibleText(first.text)}</span>
    </>
  );
  if (others.length === 0) {
    return (
      <p className={styles.line} data-level={first.level} title={visibleText(first.text)}>
        {line}
      </p>
    );
  }
  return (
    <details className={styles.details}>
      <summary className={styles.line} data-level={first.level}>
        {line}
        <span className={styles.more}>and {others.length} more</span>
      </summary>
      <ul className={styles.list}>
        {others.map(({ level, text }) => (
          <li key={text} data-level={level}>
            {visibleText(text)}
          </li>
        ))}
      </ul>
    </details>
  );
}
