"use client";
// The board of a window: its changes in the order of deployment, where each of them is, and who is waited for.
import Link from "next/link";
import type { DeploymentWindow } from "#lib/contract/window.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { usePermission } from "../../client/use-session.tsx";
import { windowSummary } from "../../text/window-text.ts";
import { Button } from "../../ui/button.tsx";
import { Dock } from "../../ui/dock.tsx";
import { Main } from "../../ui/main.tsx";
import { Notice } from "../../ui/notice.tsx";
import { usePageTitle } from "../../ui/page-title.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { FreezeNotices } from "../shell/freeze-notices.tsx";
import { AddChanges } from "./add-changes.tsx";
import { isOutdated } from "./board-state.ts";
import { useWindow } from "./use-window.ts";
import { WindowHeader } from "./window-header.tsx";
import { WindowItems } from "./window-items.tsx";
import styles from "./window-view.module.css";

export function WindowView({ rendered }: { rendered: DeploymentWindow }) {
  const { board, change, viewers, connection, actions, problem } = useWindow(rendered);
  const { window } = board;
  const canManage = usePermission("manage_window");
  const isConnected = isCurrent(connection);
  const isOpen = window.cancelled === null;
  usePageTitle(`${window.title} · SpiderPig`, { isQuestion: false });
  return (
    <Main className={styles.page}>
      <WindowHeader window={window} viewers={viewers} actions={actions} />
      <output className={styles.summary}>{windowSummary(window.items)}</output>
      {canManage && isOpen && <AddChanges windowId={window.id} isConnected={isConnected} />}
      <WindowItems board={board} onChange={change} actions={actions} />
      <p className={styles.links}>
        <Link href={`/history?window=${window.id}`}>Jobs of this window</Link>
      </p>
      <Dock>
        <FreezeNotices />
        {isOutdated(board) && (
          <Notice
            tone="notice"
            action={
              <Button tone="progressive" weight="primary" onClick={() => change({ kind: "refreshed" })}>
                Show
              </Button>
            }
          >
            Another person changed the order.
          </Notice>
        )}
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <ConnectionBanner connection={connection} />
      </Dock>
    </Main>
  );
}
