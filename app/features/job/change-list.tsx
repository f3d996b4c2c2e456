"use client";
import { useState } from "react";
import Link from "next/link";
import { FocusTargetContext, useFocusTarget } from "../../ui/use-restored-focus.ts";
import type { Change } from "#lib/contract/change.ts";
import { Button } from "../../ui/button.tsx";
import { ChangeRow } from "../change/change-row.tsx";
import { changeHref } from "../../text/page-links.ts";
import card from "../../ui/card.module.css";
import styles from "./change-list.module.css";

/** A long list must not push the question off the screen. */
const SHOWN_MAX = 3;
const CHANGES_FOCUS_TARGET = "changes";

/** The changes of a job. A long list is collapsed. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll || changes.length <= SHOWN_MAX + 1 ? changes : changes.slice(0, SHOWN_MAX);
  const focusTarget = useFocusTarget<HTMLUListElement>(CHANGES_FOCUS_TARGET);
  return (
    <div className={`${card.card} ${styles.list}`}>
      <ul {...focusTarget} aria-label={changes.length === 1 ? "Change" : "Changes"}>
        {shown.map((change) => (
          <ChangeRow
            key={change.number}
            change={change}
            action={
              <Link href={changeHref(change.number)} className={styles.deployments}>
                Deployments
              </Link>
            }
          />
        ))}
      </ul>
      {shown.length < changes.length && (
        <FocusTargetContext value={CHANGES_FOCUS_TARGET}>
          <div className={styles.more}>
            <Button weight="quiet" tone="progressive" onClick={() => setShowsAll(true)}>
              Show all {changes.length} changes
            </Button>
          </div>
        </FocusTargetContext>
      )}
    </div>
  );
}
