"use client";
import { useState } from "react";
import Link from "next/link";
import type { Change } from "#lib/contract/change.ts";
import { Button } from "../../ui/button.tsx";
import { ChangeRow } from "../change/change-row.tsx";
import { changeHref } from "../../text/page-links.ts";
import card from "../../ui/card.module.css";
import styles from "./change-list.module.css";

/** A long list must not push the question off the screen. */
const SHOWN_MAX = 3;

/** The changes of a job. A long list is collapsed. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const [showsAll, setShowsAll] = useState(false);
  const isLong = changes.length > SHOWN_MAX + 1;
  const shown = showsAll || !isLong ? changes : changes.slice(0, SHOWN_MAX);
  return (
    <div className={`${card.card} ${styles.list}`}>
      <ul aria-label={changes.length === 1 ? "Change" : "Changes"}>
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
      {isLong && (
        <div className={styles.more}>
          <Button
            weight="quiet"
            tone="progressive"
            aria-expanded={showsAll}
            onClick={() => setShowsAll(!showsAll)}
          >
            {showsAll ? `Show the first ${SHOWN_MAX} changes` : `Show all ${changes.length} changes`}
          </Button>
        </div>
      )}
    </div>
  );
}
