"use client";
// The windows that are open or coming, and those that are over.
import { useState } from "react";
import Link from "next/link";
import { visibleText } from "#lib/domain/visible-text.ts";
import { windowPhase } from "#lib/domain/window.ts";
import type { WindowSummary } from "#lib/contract/window.ts";
import { useNow } from "../../client/use-now.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { plural } from "../../text/format.ts";
import { CALENDAR_HREF, windowHref } from "../../text/page-links.ts";
import { WINDOW_PHASE_LABELS } from "../../text/window-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { Main } from "../../ui/main.tsx";
import { Dock } from "../../ui/dock.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { useOverview } from "../../client/use-overview.tsx";
import { useWindows } from "./use-windows.ts";
import type { WindowList } from "./window-list.ts";
import { NewWindow } from "./new-window.tsx";
import { WindowTime } from "./window-time.tsx";
import styles from "./windows-view.module.css";

export function WindowsView({ rendered }: { rendered: WindowList }) {
  const { coming, past, hasOthers, showOthers } = useWindows(rendered);
  const { connection } = useOverview();
  const canManage = usePermission("manage_window");
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Main className={styles.page}>
      <div className={styles.top}>
        <h1>Windows</h1>
        {canManage && (
          <Button tone="progressive" weight="primary" onClick={() => setIsAdding(true)}>
            New window…
          </Button>
        )}
      </div>
      <p className={styles.hint}>
        A window is a time in which the changes of several people are deployed.{" "}
        <a href={CALENDAR_HREF}>Calendar (iCalendar)</a>
      </p>
      <WindowSection title="Open and upcoming" windows={coming} empty="No windows are planned." />
      <WindowSection title="Past" windows={past} empty="No windows so far." />
      {isAdding && <NewWindow onClose={() => setIsAdding(false)} />}
      <Dock>
        {hasOthers && (
          <Notice
            tone="notice"
            action={
              <Button tone="progressive" weight="primary" onClick={showOthers}>
                Show
              </Button>
            }
          >
            There are new windows.
          </Notice>
        )}
        <ConnectionBanner connection={connection} />
      </Dock>
    </Main>
  );
}

type WindowSectionProps = { title: string; windows: readonly WindowSummary[]; empty: string };

function WindowSection({ title, windows, empty }: WindowSectionProps) {
  return (
    <section aria-label={title}>
      <h2 className={styles.heading}>{title}</h2>
      <ul className={`${card.card} ${styles.list}`}>
        {windows.map((window) => (
          <WindowRow key={window.id} window={window} />
        ))}
        {windows.length === 0 && <li className={styles.empty}>{empty}</li>}
      </ul>
    </section>
  );
}

function WindowRow({ window }: { window: WindowSummary }) {
  const now = useNow();
  const { id, title, lane, startsAt, endsAt, cancelled, authors, itemCount, deployedCount, seriesId } =
    window;
  const times = { startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
  const phase = windowPhase(times, cancelled !== null, new Date(now));
  const changes = plural(itemCount, "change", "changes");
  return (
    <li className={styles.row}>
      <span className={styles.time}>
        <WindowTime startsAt={startsAt} endsAt={endsAt} />
      </span>
      <span className={styles.name}>
        <Link href={windowHref(id)} className={styles.title}>
          {visibleText(title)}
        </Link>
        <span className={styles.meta}>
          {lane}
          {seriesId !== null && " · weekly"}
        </span>
      </span>
      <span className={styles.authors}>{authors.map(visibleText).join(", ")}</span>
      <span className={styles.count}>
        {deployedCount === 0 ? changes : `${deployedCount} of ${changes} deployed`}
      </span>
      <Badge {...WINDOW_PHASE_LABELS[phase]} isLive={phase === "open"} />
    </li>
  );
}
