"use client";
// Title, time and state of a window, who else views it, and the actions that apply to the whole window.
import { useState } from "react";
import Link from "next/link";
import { cdxIconPrevious } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import { windowPhase } from "#lib/domain/window.ts";
import type { DeploymentWindow } from "#lib/contract/window.ts";
import { call } from "../../client/api.ts";
import { useNow } from "../../client/use-now.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { WINDOWS_HREF } from "../../text/page-links.ts";
import { WINDOW_PHASE_LABELS } from "../../text/window-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { OtherViewers } from "../../ui/other-viewers.tsx";
import type { BoardActions } from "./use-window.ts";
import { WindowTime } from "./window-time.tsx";
import styles from "./window-header.module.css";

type WindowHeaderProps = {
  window: DeploymentWindow;
  viewers: readonly string[];
  actions: BoardActions;
};

export function WindowHeader({ window, viewers, actions }: WindowHeaderProps) {
  const now = useNow();
  const canManage = usePermission("manage_window");
  const { title, lane, startsAt, endsAt, cancelled, seriesId, isSeriesEnded } = window;
  const times = { startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
  const phase = windowPhase(times, cancelled !== null, new Date(now));
  return (
    <div className={styles.header}>
      <Link href={WINDOWS_HREF} className={styles.back}>
        <Icon icon={cdxIconPrevious} size="small" />
        All windows
      </Link>
      <div className={styles.title}>
        <h1>{visibleText(title)}</h1>
        <Badge {...WINDOW_PHASE_LABELS[phase]} isLive={phase === "open"} />
        <div className={styles.byline}>
          <span>
            <WindowTime startsAt={startsAt} endsAt={endsAt} />, lane {lane}
            {seriesId !== null && (isSeriesEnded ? ", last of its series" : ", weekly")}
            {cancelled !== null && `, cancelled by ${visibleText(cancelled.by)}`}
          </span>
          <OtherViewers names={viewers} />
        </div>
      </div>
      {canManage && phase !== "over" && (
        <div className={styles.actions}>
          {seriesId !== null && !isSeriesEnded && <EndSeries window={window} actions={actions} />}
          {cancelled === null && <CancelWindow window={window} actions={actions} />}
        </div>
      )}
    </div>
  );
}

type ActionProps = Omit<WindowHeaderProps, "viewers">;

function CancelWindow({ window, actions }: ActionProps) {
  const [isOpen, setIsOpen] = useState(false);
  const cancel = () => {
    setIsOpen(false);
    actions.run((onSlow) =>
      call("POST /api/windows/{id}/cancellation", { params: { id: window.id }, onSlow }),
    );
  };
  return (
    <>
      <Button disabled={!actions.isEnabled} onClick={() => setIsOpen(true)}>
        Cancel window…
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title={`Cancel “${visibleText(window.title)}”?`}
        action="Cancel window"
        isDestructive
        isEnabled={actions.isEnabled}
        onClose={() => setIsOpen(false)}
        onConfirm={cancel}
      >
        <p>No more changes can be added or started. Jobs that are queued or running continue.</p>
      </ConfirmDialog>
    </>
  );
}

function EndSeries({ window, actions }: ActionProps) {
  const [isOpen, setIsOpen] = useState(false);
  const end = () => {
    setIsOpen(false);
    actions.run((onSlow) => call("POST /api/windows/{id}/series-end", { params: { id: window.id }, onSlow }));
  };
  return (
    <>
      <Button disabled={!actions.isEnabled} onClick={() => setIsOpen(true)}>
        End series…
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="End the weekly series?"
        action="End series"
        isDestructive
        isEnabled={actions.isEnabled}
        onClose={() => setIsOpen(false)}
        onConfirm={end}
      >
        <p>
          This window stays. Later windows of the series that have no changes are cancelled; those with
          changes stay as well.
        </p>
      </ConfirmDialog>
    </>
  );
}
