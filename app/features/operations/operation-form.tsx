"use client";
// The form of an operation, generated from its parameters. Nothing is queued before the person has confirmed what it does.
import { Fragment, useState, type FormEvent } from "react";
import type { Operation } from "#lib/contract/operation.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { freezeInForce } from "../../text/start-text.ts";
import { useNow } from "../../client/use-now.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import card from "../../ui/card.module.css";
import {
  confirmationText,
  type Draft,
  missingParameters,
  requestValues,
  shownValues,
} from "./operation-values.ts";
import { ParameterField } from "./parameter-field.tsx";
import { useStartOperation } from "./use-start-operation.ts";
import styles from "./operation-form.module.css";

export function OperationForm({ operation }: { operation: Operation }) {
  const { name, description, parameters, lane, isPermitted, role } = operation;
  const [draft, setDraft] = useState<Draft>({});
  const [isConfirming, setIsConfirming] = useState(false);
  const { overview, connection } = useOverview();
  const start = useStartOperation(operation.kind, requestValues(parameters, draft));
  const freeze = freezeInForce(overview.lanes, lane, useNow());
  const isBusy = start.isRunning || start.openedJob !== undefined;
  const isReady =
    isPermitted &&
    isCurrent(connection) &&
    freeze === undefined &&
    !isBusy &&
    missingParameters(parameters, draft).length === 0;
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
            onChange={(value) => setDraft((known) => ({ ...known, [parameter.name]: value }))}
          />
        ))}
        <dl className={styles.facts}>
          <dt>Command</dt>
          <dd>
            <code>scap {operation.command.join(" ")}</code>
          </dd>
          <dt>Lane</dt>
          <dd>{lane}</dd>
          {operation.hosts !== null && (
            <>
              <dt>Hosts</dt>
              <dd>{operation.hosts.join(", ")}</dd>
            </>
          )}
        </dl>
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
          <p className={styles.reason}>
            {!isPermitted && `Requires the role ${role}.`}
            {isPermitted && freeze !== undefined && `${lane} is frozen: ${freeze.reason}`}
          </p>
        </div>
      </form>
      <ConfirmDialog
        isOpen={isConfirming}
        title={confirmationText(operation, draft)}
        action={name}
        isDestructive={false}
        isEnabled={isReady}
        onClose={() => setIsConfirming(false)}
        onConfirm={() => start.run()}
      >
        <dl className={styles.facts}>
          {shownValues(parameters, draft).map(({ label, text }) => (
            <Fragment key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </Fragment>
          ))}
        </dl>
        <p>Queues a job under your name in lane {lane}.</p>
        {start.problem !== undefined && <ProblemNotice problem={start.problem} />}
        {start.problem?.refused.map(({ input, reason }) => (
          <p key={input}>
            {input}: {reason}
          </p>
        ))}
      </ConfirmDialog>
    </section>
  );
}
