"use client";
// The form that starts a deployment: search, selected changes, and a button that names what it deploys. Only the button
// starts a job. Enter selects a change, so that an accidental Enter deploys nothing.
import { useState } from "react";
import Link from "next/link";
import { changeReference } from "#lib/domain/change-reference.ts";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { preflight } from "#lib/domain/preflight.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { FocusTargetContext } from "../../ui/use-restored-focus.ts";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { deployLabel } from "../../text/labels.ts";
import { OPERATIONS_HREF } from "../../text/page-links.ts";
import { freezeOf } from "../../text/start-text.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { changeFacts } from "./change-facts.ts";
import { ChangeSearchBox } from "./change-search-box.tsx";
import { ConfirmRefusal } from "./confirm-refusal.tsx";
import { PreflightSummary } from "./preflight-summary.tsx";
import { RefusedChanges } from "./refused-changes.tsx";
import { SandboxExamples } from "./sandbox-examples.tsx";
import { SELECTED_CHANGES, SelectedChanges } from "./selected-changes.tsx";
import { useChangeDetails } from "./use-change-details.ts";
import { useDeploy } from "./use-deploy.ts";
import { type Selection, useSelection } from "./use-selection.ts";
import styles from "./deploy-form.module.css";

export function DeployForm() {
  const canCreate = usePermission("create_job");
  const { operations } = useSession();
  // The policy of the installation may permit it to other people only.
  const isPermitted = operations.some((operation) => operation.kind === "backport" && operation.isPermitted);
  if (canCreate && isPermitted) return <Form />;
  return (
    <section className={styles.box}>
      <h1 className={styles.title}>Deployments</h1>
      <p className={styles.hint}>
        {canCreate
          ? "The policy permits only other people to start deployments."
          : "View only. Deployers can start deployments."}
      </p>
    </section>
  );
}

function Form() {
  const { sandbox } = useSession();
  const [text, setText] = useState("");
  const selection = useSelection();
  const { overview } = useOverview();
  const { details, refresh } = useChangeDetails(selection.selected, overview.jobs);
  const deploy = useDeploy(selection.entries, selection.refuse);
  return (
    <FocusTargetContext value={SELECTED_CHANGES}>
      <section className={styles.box}>
        <div className={styles.heading}>
          <h1 className={styles.title}>Deploy changes</h1>
          <Link href={OPERATIONS_HREF} className={styles.more} prefetch={false}>
            More operations
          </Link>
        </div>
        <ChangeSearchBox text={text} setText={setText} selection={selection} />
        {sandbox && selection.entries.length === 0 && (
          <SandboxExamples onSelect={(number) => selection.selectReferences([number])} />
        )}
        <RefusedChanges refused={selection.refused} onClose={selection.dismissRefusals} />
        <SelectedChanges
          selection={selection}
          details={details}
          isLocked={deploy.isRunning || deploy.openedJob !== undefined}
        />
        {deploy.problem !== undefined && <ProblemNotice problem={deploy.problem} />}
        <DeployActions selection={selection} details={details} deploy={deploy} onRefresh={refresh} />
      </section>
    </FocusTargetContext>
  );
}

type DeployActionsProps = {
  selection: Selection;
  details: ReturnType<typeof useChangeDetails>["details"];
  deploy: ReturnType<typeof useDeploy>;
  onRefresh: () => void;
};

/** The Deploy button and the checks beside it. Checks never disable it: a deployer may know better. */
function DeployActions({ selection, details, deploy, onRefresh }: DeployActionsProps) {
  const { connection } = useOverview();
  const [isConfirming, setIsConfirming] = useState(false);
  const freeze = freezeOf(useLanes(), DEFAULT_LANE);
  const { entries, selected } = selection;
  const changes = selected.map((change) => ({ change, known: details.get(changeReference(change)) }));
  const found = preflight(
    changes.map(({ change, known }) => ({ ...change, facts: known && changeFacts(known) })),
  );
  const isBusy = deploy.isRunning || deploy.openedJob !== undefined;
  // A number is enough to deploy: a slow Gerrit delays what the form says, but not the deployer.
  const isNamed = entries.every(({ phase, reference }) => phase !== "searching" || /^\d+$/.test(reference));
  const isReady = entries.length > 0 && isNamed && isCurrent(connection) && freeze === undefined;
  const label = deployLabel(
    entries.map((entry) => ({ number: entry.phase === "found" ? entry.change.number : entry.reference })),
  );
  return (
    <div className={styles.actions}>
      <Button
        tone="progressive"
        weight="primary"
        size="large"
        disabled={!isReady || isBusy}
        isBusy={isBusy}
        onClick={() => (found.blocks.length > 0 ? setIsConfirming(true) : deploy.run())}
      >
        {deploy.openedJob !== undefined
          ? `Opening job ${deploy.openedJob}…`
          : deploy.isRunning
            ? "Queueing…"
            : label}
      </Button>
      <PreflightSummary
        preflight={found}
        freeze={freeze}
        selectedCount={entries.length}
        isReading={selection.isSearching || changes.some(({ known }) => known === undefined)}
        unknownNumbers={changes
          .filter(({ known }) => known !== undefined && known.unknown.length > 0)
          .map(({ change }) => change.number)}
        onAdd={selection.addDependency}
        onRefresh={() => {
          selection.retry();
          onRefresh();
        }}
      />
      <ConfirmRefusal
        isOpen={isConfirming}
        action={label}
        blocks={found.blocks}
        isEnabled={isReady && !isBusy}
        onConfirm={() => {
          setIsConfirming(false);
          deploy.run();
        }}
        onClose={() => setIsConfirming(false)}
      />
    </div>
  );
}
