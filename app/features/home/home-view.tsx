"use client";
// The home page: what to deploy, what waits for a person, what runs, what comes next, what was.
import { useState } from "react";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useDebouncedQuestions } from "./use-debounced-questions.ts";
import { useTabIndicator } from "../../ui/use-tab-indicator.ts";
import { homeSections } from "../../client/overview-state.ts";
import { questionsTitle } from "../../text/waiting-time.ts";
import { QuestionAnnouncer } from "../question/question-announcer.tsx";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { FreezeNotices } from "../shell/freeze-notices.tsx";
import { DeployForm } from "./deploy-form.tsx";
import { QueueSection } from "./queue-section.tsx";
import { RecentSection } from "./recent-section.tsx";
import { RunningSection } from "./running-section.tsx";
import { WaitingSection } from "./waiting-section.tsx";
import styles from "./home-view.module.css";

export function HomeView({ prefilled }: { prefilled: readonly string[] }) {
  const { overview, connection, showInteraction } = useOverview();
  const sections = homeSections(useDebouncedQuestions(overview.jobs));
  const questions = sections.waiting.length;
  const asked = sections.waiting.flatMap(({ pendingInteraction }) => pendingInteraction ?? []);
  useTabIndicator(questions === 0 ? "SpiderPig" : `● ${questionsTitle(asked)} · SpiderPig`, questions > 0);
  const isConnected = isCurrent(connection);
  // A question that was open when the page came stands first, which on a phone is the only place in view. One that
  // arrives later stands below the entry box: that must not move away from whoever fills it in.
  const [showsQuestionsFirst, setShowsQuestionsFirst] = useState(questions > 0);
  if (showsQuestionsFirst && questions === 0) setShowsQuestionsFirst(false);
  const entry = <DeployForm key="entry" prefilled={prefilled} />;
  const waiting = (
    <WaitingSection
      key="waiting"
      jobs={sections.waiting}
      isConnected={isConnected}
      onInteraction={showInteraction}
    />
  );
  return (
    <main className={styles.home} tabIndex={-1}>
      <ConnectionBanner connection={connection} />
      <QuestionAnnouncer questions={asked} />
      <FreezeNotices />
      {showsQuestionsFirst ? [waiting, entry] : [entry, waiting]}
      <RunningSection jobs={sections.running} isIdle={questions === 0 && sections.queued.length === 0} />
      <QueueSection jobs={sections.queued} isConnected={isConnected} />
      <RecentSection jobs={sections.ended} />
    </main>
  );
}
