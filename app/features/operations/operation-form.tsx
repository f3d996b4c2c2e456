"use client";
// The form of an operation, generated from its parameters. Nothing is queued before the person has confirmed what it does.
import { useRouter } from "next/navigation";
import { Fragment, useState, type FormEvent } from "react";
import type { Operation } from "#lib/contract/operation.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import type { Action } from "../../client/use-action.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { freezeOf } from "../../text/start-text.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import card from "../../ui/card.module.css";
import { confirmationText, type Draft, missingParameters, shownValues } from "./operation-values.ts";
import { ParameterField } from "./parameter-field.tsx";
import { useStartOperation } from "./use-start-operation.ts";
import styles from "./operation-form.module.css";

type OperationFormProps = { operation: Operation };

export function OperationForm({ operation }: OperationFormProps) {
  const { name, description, parameters, lane, isPermitted } = operation;
  const [draft, setDraft] = useState<Draft>({});
  const [isConfirming, setIsConfirming] = useState(false);
  const isConnected = isCurrent(useOverview().connection);
  const freeze = freezeOf(useLanes(), lane);
  const start = useStartOperation(operation, draft);
  const isBusy = start.isRunning || start.openedJob !== undefined;
  const isComplete = missingParameters(parameters, draft).length === 0;
  const isReady = isPermitted && isConnected && freeze === undefined && !isBusy && isComplete;
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    start.reset();
    setIsConfirming(true);
  };
  return (
    <section className={`${card.card} ${styles.box}`} aria-labelledby="operation">
      <div>
        <h2 id="operation" className={styles.title}>
          {name}
        </h2>
        <p className={styles.description}>{description}</p>
      </div>
      <form className={styles.form} onSubmit={confirm} autoComplete="off">
        {parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={draft[parameter.name] ?? ""}
            error={start.refusalOf(parameter.name)}
            onChange={(value) => setDraft((known) => ({ ...known, [parameter.name]: value }))}
          />
        ))}
        <Facts operation={operation} />
        <div className={styles.actions}>
          <Button
            type="submit"
            tone="progressive"
            weight="primary"
            size="large"
            disabled={!isReady}
            isBusy={isBusy}
          >
            {start.openedJob === undefined ? `${name}…` : `Opening job ${start.openedJob}…`}
          </Button>
          <p className={styles.reason}>{blockedText(operation, freeze)}</p>
        </div>
      </form>
      <Confirmation
        operation={operation}
        draft={draft}
        start={start}
        isOpen={isConfirming}
        isEnabled={isReady}
        onClose={() => setIsConfirming(false)}
      />
    </section>
  );
}

/** Why the operation cannot be started, besides a missing value. */
function blockedText(
  { isPermitted, role, lane }: Operation,
  freeze: { reason: string } | undefined,
): string | undefined {
  if (!isPermitted) return `Requires the role ${role}, or the policy permits it only to other people.`;
  return freeze === undefined ? undefined : `${lane} is frozen: ${freeze.reason}`;
}

function Facts({ operation: { command, lane, hosts } }: OperationFormProps) {
  return (
    <dl className={styles.facts}>
      <dt>Command</dt>
      <dd>
        <code>scap {command.join(" ")}</code>
      </dd>
      <dt>Lane</dt>
      <dd>{lane}</dd>
      {hosts !== null && (
        <>
          <dt>Hosts</dt>
          <dd>{hosts.join(", ")}</dd>
        </>
      )}
    </dl>
  );
}

type ConfirmationProps = OperationFormProps & {
  draft: Draft;
  start: Action;
  isOpen: boolean;
  isEnabled: boolean;
  onClose: () => void;
};

function Confirmation({ operation, draft, start, isOpen, isEnabled, onClose }: ConfirmationProps) {
  const router = useRouter();
  const isOutdated = ["operation_changed", "operation_not_found"].includes(start.problem?.code ?? "");
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={confirmationText(operation, draft)}
      action={operation.name}
      isDestructive={false}
      isEnabled={isEnabled && !isOutdated}
      onClose={() => {
        onClose();
        if (isOutdated) router.refresh();
      }}
      onConfirm={() => start.run()}
    >
      <dl className={styles.facts}>
        {shownValues(operation.parameters, draft).map(({ label, text }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      <p>Queues a job under your name in lane {operation.lane}.</p>
      {start.problem !== undefined && <ProblemNotice problem={start.problem} />}
      {start.problem?.refused.map(({ input, reason }) => (
        <p key={input}>
          {input}: {reason}
        </p>
      ))}
    </ConfirmDialog>
  );
}
