"use client";
// The form that starts a deployment: search, selected changes, and a button that names what it deploys. Only the button
// starts a job. Enter selects a change, so that an accidental Enter deploys nothing.
import { useEffect, useEffectEvent, useState } from "react";
import { useOverview } from "../../client/use-overview.tsx";
import { isCurrent } from "../../client/use-event-stream.ts";
import { FocusTargetContext } from "../../ui/use-restored-focus.ts";
import { useDeploy } from "./use-deploy.ts";
import { useSelection } from "./use-selection.ts";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { deployLabel } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { ChangeSearchBox } from "./change-search-box.tsx";
import { SELECTED_CHANGES, SelectedChanges } from "./selected-changes.tsx";
import { RefusedChanges } from "./refused-changes.tsx";
import { SandboxExamples } from "./sandbox-examples.tsx";
import styles from "./deploy-form.module.css";

export function DeployForm({ prefilled }: { prefilled: readonly string[] }) {
  const canCreate = usePermission("create_job");
  const { sandbox } = useSession();
  const { connection } = useOverview();
  const [text, setText] = useState("");
  const selection = useSelection();
  const deploy = useDeploy(selection.selected, selection.refuse);
  const hasOpened = deploy.openedJob !== undefined;

  const selectPrefilled = useEffectEvent(() => {
    if (prefilled.length === 0) return;
    // Removed from the URL, so that a reload or a bookmark does not select them again.
    window.history.replaceState(null, "", window.location.pathname);
    void selection.selectReferences(prefilled);
  });
  useEffect(() => selectPrefilled(), []);

  if (!canCreate) {
    return (
      <section className={styles.box}>
        <h1 className={styles.title}>Deployments</h1>
        <p className={styles.hint}>View only. Deployers can start deployments.</p>
      </section>
    );
  }

  const isBusy = deploy.isRunning || hasOpened;
  const isReady = selection.selected.length > 0 && selection.pending.length === 0 && isCurrent(connection);
  return (
    <FocusTargetContext value={SELECTED_CHANGES}>
      <section className={styles.box}>
        <h1 className={styles.title}>Deploy changes</h1>
        <ChangeSearchBox text={text} setText={setText} selection={selection} />
        {sandbox && selection.selected.length === 0 && selection.pending.length === 0 && (
          <SandboxExamples onSelect={(number) => void selection.selectReferences([number])} />
        )}
        <RefusedChanges refused={selection.refused} onClose={selection.dismissRefusals} />
        <SelectedChanges selection={selection} isLocked={isBusy} />
        {deploy.problem !== undefined && <ProblemNotice problem={deploy.problem} />}
        <div className={styles.actions}>
          <Button
            tone="progressive"
            weight="primary"
            size="large"
            disabled={!isReady || isBusy}
            isBusy={isBusy}
            onClick={() => deploy.run()}
          >
            {hasOpened
              ? `Opening job ${deploy.openedJob}…`
              : deploy.isRunning
                ? "Queueing…"
                : deployLabel(selection.selected)}
          </Button>
          <p className={styles.hint}>
            {selection.selected.length === 0
              ? "Select one or more changes first."
              : "scap asks before anything reaches production."}
          </p>
        </div>
      </section>
    </FocusTargetContext>
  );
}
