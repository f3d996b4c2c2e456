"use client";
import { useState } from "react";
import Link from "next/link";
import type { QueuedJob } from "../../client/overview-state.ts";
import { useAction } from "../../client/use-action.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useSelectedIds } from "../../client/use-selected-ids.ts";
import { usePermission } from "../../client/use-session.tsx";
import { formatCount } from "../../text/format.ts";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { moveInQueue, QueuedRow, type QueueMove } from "./queued-row.tsx";
import { queueMoves } from "./queue-moves.ts";
import { RemoveSelected } from "./remove-selected.tsx";
import { Section } from "./section.tsx";
import styles from "./queue-section.module.css";

type QueueSectionProps = { queued: readonly QueuedJob[]; isConnected: boolean };

/** The first queued jobs in their order, what blocks each of them, and how many more there are. */
export function QueueSection({ queued, isConnected }: QueueSectionProps) {
  const { queuedCount } = useOverview().overview;
  const canCancel = usePermission("cancel_job");
  // With one column it is above the recent jobs, and opens and closes only when the person says so.
  const [isOpen, setIsOpen] = useState(queued.length > 0);
  const selected = useSelectedIds();
  const move = useAction<QueueMove>(moveInQueue);
  const more = queuedCount - queued.length;
  return (
    <div
      className={styles.section}
      data-empty={queued.length === 0 || undefined}
      data-closed={!isOpen || undefined}
    >
      <Section
        title="Queued"
        count={Math.max(queuedCount, queued.length)}
        aside={
          <>
            {canCancel && (
              <RemoveSelected
                selected={queued.filter(({ job }) => selected.has(job.id))}
                isConnected={isConnected}
                onRemoved={selected.clear}
              />
            )}
            <span className={styles.toggle}>
              <Button
                weight="quiet"
                tone="progressive"
                aria-expanded={isOpen}
                onClick={() => setIsOpen(!isOpen)}
              >
                {isOpen ? "Hide queue" : "Show queue"}
              </Button>
            </span>
          </>
        }
      >
        <ol className={`${card.card} ${styles.list}`}>
          {queued.map((one) => (
            <QueuedRow
              key={one.job.id}
              queued={one}
              isConnected={isConnected}
              isSelected={selected.has(one.job.id)}
              onSelect={(isSelected) => selected.set(one.job.id, isSelected)}
              {...queueMoves(queued, one.job.id, more <= 0)}
              move={move}
            />
          ))}
        </ol>
        <p className={styles.more}>
          {more > 0 && <Link href="/history?state=queued">and {formatCount(more)} more</Link>}
          {queued.length === 0 && "No jobs are queued."}
          {move.problem !== undefined && ` ${move.problem.title} ${move.problem.detail ?? ""}`}
        </p>
      </Section>
    </div>
  );
}
