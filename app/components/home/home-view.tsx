"use client";
// The home page: what to deploy, what waits for a person, what runs, what comes next, what was.
import { isCurrent } from "../../hooks/use-event-stream.ts";
import { useOverview } from "../../hooks/use-overview.tsx";
import { useTab } from "../../hooks/use-tab.ts";
import { homeSections } from "../../lib/overview-state.ts";
import { questionsTitle } from "../../lib/waited.ts";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { FreezeNotices } from "../shell/freeze-notices.tsx";
import { EntryBox } from "./entry-box.tsx";
import { QueueSection } from "./queue-section.tsx";
import { RecentSection } from "./recent-section.tsx";
import { RunningSection } from "./running-section.tsx";
import { WaitingSection } from "./waiting-section.tsx";
import styles from "./home-view.module.css";

export function HomeView({ prefilled }: { prefilled: readonly string[] }) {
  const { overview, connection, showInteraction } = useOverview();
  const sections = homeSections(overview.jobs);
  const questions = sections.waiting.length;
  const asked = sections.waiting.flatMap(({ pendingInteraction }) => pendingInteraction ?? []);
  useTab(questions === 0 ? "SpiderPig" : `● ${questionsTitle(asked)} · SpiderPig`, questions > 0);
  const isConnected = isCurrent(connection);
  return (
    <main className={styles["home"]}>
      <ConnectionBanner connection={connection} />
      <FreezeNotices />
      <EntryBox prefilled={prefilled} />
      <WaitingSection jobs={sections.waiting} isConnected={isConnected} onInteraction={showInteraction} />
      <RunningSection jobs={sections.running} isIdle={questions === 0 && sections.queued.length === 0} />
      <QueueSection jobs={sections.queued} isConnected={isConnected} />
      <RecentSection jobs={sections.ended} />
    </main>
  );
}
