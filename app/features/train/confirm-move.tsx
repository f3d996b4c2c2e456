"use client";
// Restates what a move of the train changes before it is queued.
import type { Train } from "#lib/contract/train.ts";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { moveLabel, planLines, stationLabel, unpreparedText } from "../../text/train-text.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import type { DraftedMove } from "./train-draft.ts";
import type { MoveTrain } from "./use-move-train.ts";
import styles from "./confirm-move.module.css";

type ConfirmMoveProps = {
  train: Train;
  move: DraftedMove;
  start: MoveTrain;
  isEnabled: boolean;
  onClose: () => void;
};

export function ConfirmMove({ train, move, start, isEnabled, onClose }: ConfirmMoveProps) {
  const { action, station, plan, excludedWikis, pauses, values } = move;
  const label = moveLabel(action, station);
  const unprepared = unpreparedText(train, move);
  const warnings = unprepared === undefined ? train.warnings : [unprepared, ...train.warnings];
  return (
    <ConfirmDialog
      isOpen
      title={`${label}?`}
      action={label}
      isDestructive={action === "rollback"}
      isEnabled={isEnabled}
      onClose={onClose}
      onConfirm={() => start.run(values)}
    >
      <dl className={styles.facts}>
        <dt>From</dt>
        <dd>{stationLabel(train.station)}</dd>
        <dt>To</dt>
        <dd>{stationLabel(station)}</dd>
        <dt>Wikis</dt>
        <dd>
          {planLines(plan).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </dd>
        {excludedWikis.length > 0 && (
          <>
            <dt>Excluded</dt>
            <dd>{excludedWikis.join(", ")}</dd>
          </>
        )}
        <dt>Test servers</dt>
        <dd>{pauses ? "scap pauses and asks" : "No pause"}</dd>
      </dl>
      {warnings.map((warning) => (
        <p key={warning}>Warning: {warning}</p>
      ))}
      <p>Queues a job under your name in lane {DEFAULT_LANE}.</p>
      {start.problem !== undefined && <ProblemNotice problem={start.problem} />}
    </ConfirmDialog>
  );
}
