"use client";
// The form that moves the train to the selected station. Nothing is queued before the person has confirmed from where, to where, and
// how many wikis.
import { type FormEvent, useId, useState } from "react";
import type { JobSummary } from "#lib/contract/job.ts";
import type { Train } from "#lib/contract/train.ts";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { freezeOf } from "../../text/start-text.ts";
import { moveLabel, planLines, unpreparedText } from "../../text/train-text.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import card from "../../ui/card.module.css";
import { ConfirmMove } from "./confirm-move.tsx";
import { type DraftedMove, excludedSuggestions, moveOf, type TrainDraft } from "./train-draft.ts";
import type { ShownTrain } from "./use-train.ts";
import { useMoveTrain } from "./use-move-train.ts";
import styles from "./move-form.module.css";

const EXCLUDED_MAX = 500;

type MoveFormProps = {
  shown: ShownTrain;
  draft: TrainDraft;
  onDraft: (draft: TrainDraft) => void;
  /** The job that moves the train, or will. */
  job: JobSummary | undefined;
};

export function MoveForm({ shown, draft, onDraft, job }: MoveFormProps) {
  const [confirmed, setConfirmed] = useState<{ move: DraftedMove; train: Train }>();
  const start = useMoveTrain();
  const isConnected = isCurrent(useOverview().connection);
  const freeze = freezeOf(useLanes(), DEFAULT_LANE);
  const move = moveOf(shown.train, draft);
  const drafted = move !== undefined && "plan" in move ? move : undefined;
  const isBusy = start.isRunning || start.openedJob !== undefined;
  const blocked = blockedText(shown, job, freeze);
  const isReady = isConnected && blocked === undefined && drafted !== undefined && !isBusy;
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    start.reset();
    setConfirmed({ move: drafted, train: shown.train });
  };
  return (
    <form className={`${card.card} ${styles.form}`} onSubmit={confirm} autoComplete="off">
      <ExcludedWikis
        draft={draft}
        onDraft={onDraft}
        isPromotion={drafted?.action !== "rollback"}
        suggestions={excludedSuggestions(shown.train, draft)}
      />
      <Checkbox isChecked={draft.pauses} onChange={(pauses) => onDraft({ ...draft, pauses })}>
        Pause on the test servers
      </Checkbox>
      <p className={styles.plan} aria-live="polite">
        {blocked ?? planText(shown.train, move)}
      </p>
      <Button
        type="submit"
        tone="progressive"
        weight="primary"
        size="large"
        disabled={!isReady}
        isBusy={isBusy}
      >
        {buttonText(drafted, start.openedJob)}
      </Button>
      {confirmed !== undefined && (
        <ConfirmMove
          {...confirmed}
          start={start}
          isEnabled={isReady}
          onClose={() => setConfirmed(undefined)}
        />
      )}
    </form>
  );
}

type ExcludedWikisProps = Pick<MoveFormProps, "draft" | "onDraft"> & {
  isPromotion: boolean;
  suggestions: readonly string[];
};

function ExcludedWikis({ draft, onDraft, isPromotion, suggestions }: ExcludedWikisProps) {
  const listId = useId();
  return (
    <Field
      label="Excluded wikis (optional)"
      hint={
        isPromotion
          ? "Database names, separated by spaces or commas. They keep their version."
          : "Only for a promotion: a rollback moves all wikis."
      }
    >
      {(attributes) => (
        <>
          <input
            {...attributes}
            name="excludedWikis"
            list={listId}
            maxLength={EXCLUDED_MAX}
            autoCapitalize="off"
            spellCheck={false}
            value={draft.excluded}
            onChange={({ target }) => onDraft({ ...draft, excluded: target.value })}
          />
          <datalist id={listId}>
            {suggestions.map((text) => (
              <option key={text}>{text}</option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function buttonText(move: DraftedMove | undefined, openedJob: number | undefined): string {
  if (openedJob !== undefined) return `Opening job ${openedJob}…`;
  return move === undefined ? "Move the train…" : `${moveLabel(move.action, move.station)}…`;
}

function planText(train: Train, move: ReturnType<typeof moveOf>): string {
  if (move === undefined) return "Select a station.";
  if ("problem" in move) return move.problem;
  return `${planLines(move.plan).join(", ")}. ${unpreparedText(train, move) ?? ""}`;
}

/** Why the train cannot be moved now. */
function blockedText(
  { train, staleSince, isLoading }: ShownTrain,
  job: JobSummary | undefined,
  freeze: { reason: string } | undefined,
): string | undefined {
  if (job !== undefined) return `Job ${job.id} has not ended. The train can be moved after it.`;
  if (staleSince !== null) return `${train.host} isn’t reporting the state of the train.`;
  if (isLoading) return "Reading the current state of the train.";
  return freeze === undefined ? undefined : `${DEFAULT_LANE} is frozen: ${freeze.reason}`;
}
