"use client";
// The home page: the deploy form, the jobs in progress, the queue and the history.
import { useState } from "react";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useDebouncedQuestions } from "../../client/use-debounced-questions.ts";
import { usePageTitle } from "../../ui/page-title.ts";
import { homeSections } from "../../client/overview-state.ts";
import { Dock } from "../../ui/dock.tsx";
import { QuestionShortcut } from "../question/question-shortcut.tsx";
import { QuestionAnnouncer } from "../question/question-announcer.tsx";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { FreezeNotices } from "../shell/freeze-notices.tsx";
import { DeployForm } from "../deploy/deploy-form.tsx";
import { LiveSection } from "./live-section.tsx";
import { QueueSection } from "./queue-section.tsx";
import { RecentSection } from "./recent-section.tsx";
import styles from "./home-view.module.css";

export function HomeView() {
  const { overview, connection, showInteraction } = useOverview();
  const { live, queued, ended } = homeSections(useDebouncedQuestions(overview.jobs), overview.lanes);
  const questions = live.flatMap(({ pendingInteraction }) => pendingInteraction ?? []);
  const hasQuestions = questions.length > 0;
  usePageTitle("SpiderPig", { isQuestion: false });
  const isConnected = isCurrent(connection);
  // A question that is open when the page loads comes first, because a phone shows nothing else without scrolling. Later
  // questions do not move the form, which may be in use, and answered ones do not move it back.
  const [showsLiveFirst, setShowsLiveFirst] = useState(hasQuestions);
  if (showsLiveFirst && live.length === 0) setShowsLiveFirst(false);
  const form = <DeployForm key="form" />;
  const inProgress = (
    <LiveSection
      key="live"
      jobs={live}
      hasQueue={queued.length > 0}
      isConnected={isConnected}
      onInteraction={showInteraction}
    />
  );
  return (
    <main className={styles.home} tabIndex={-1}>
      <QuestionAnnouncer questions={questions} />
      <QuestionShortcut />
      {showsLiveFirst ? [inProgress, form] : [form, inProgress]}
      <QueueSection queued={queued} isConnected={isConnected} />
      <RecentSection jobs={ended} />
      <Dock>
        <FreezeNotices />
        <ConnectionBanner connection={connection} />
      </Dock>
    </main>
  );
}
