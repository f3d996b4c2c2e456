"use client";
// The home page: the deploy form, the jobs in progress, the queue and the history.
import { useEffect, useState } from "react";
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
import { heldJobs, holdJobs, newsOf, withFreePlace } from "./held-jobs.ts";
import { LiveSection } from "./live-section.tsx";
import { NewsNotice } from "./news-notice.tsx";
import { QueueSection } from "./queue-section.tsx";
import { RecentSection } from "./recent-section.tsx";
import { Main } from "../../ui/main.tsx";
import { useMediaQuery } from "../../ui/use-media-query.ts";
import { focusSearch } from "../../ui/focus-search.ts";
import styles from "./home-view.module.css";

/** As in home-view.module.css. */
const ONE_COLUMN = "(max-width: 1199px)";

export function HomeView() {
  const { overview, connection, showInteraction } = useOverview();
  const jobs = useDebouncedQuestions(overview.jobs);
  const { live, queued, ended } = homeSections(jobs, overview.lanes);
  const questions = live.flatMap(({ pendingInteraction }) => pendingInteraction ?? []);
  const hasQuestions = questions.length > 0;
  usePageTitle("SpiderPig", { isQuestion: false });
  const isConnected = isCurrent(connection);
  // Jobs that are live when the page opens with a question come first, because a phone shows nothing else without scrolling.
  // Later ones do not move the form, which may be in use.
  const [firstIds] = useState(new Set(hasQuestions ? live.map(({ id }) => id) : []));
  const [held, setHeld] = useState(() => holdJobs(live));
  // With one column the jobs in progress are above everything else.
  const isHeld = useMediaQuery(ONE_COLUMN);
  const placed = withFreePlace(held, live);
  if (placed !== held) setHeld(placed);
  const shown = isHeld ? heldJobs(held, jobs) : live;
  const first = shown.filter(({ id }) => firstIds.has(id));
  const later = shown.filter(({ id }) => !firstIds.has(id));
  useEffect(() => {
    if (!hasQuestions) focusEmptyPage();
    // Only when the page opens.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  const section = {
    hasQuestionPlace: (id: number) => !isHeld || held.get(id)?.hasQuestion === true,
    isConnected,
    onInteraction: showInteraction,
  };
  return (
    <Main className={styles.home}>
      <QuestionAnnouncer questions={questions} />
      <QuestionShortcut />
      <div className={styles.column}>
        {first.length > 0 && <LiveSection key="first" title="In progress" jobs={first} {...section} />}
        <DeployForm key="form" />
        {(first.length === 0 || later.length > 0) && (
          <LiveSection
            key="later"
            title={first.length === 0 ? "In progress" : "Also in progress"}
            jobs={later}
            {...section}
          />
        )}
      </div>
      <div className={styles.column}>
        <QueueSection queued={queued} isConnected={isConnected} />
        <RecentSection jobs={ended} />
      </div>
      <Dock>
        <FreezeNotices />
        {isHeld && <NewsNotice news={newsOf(held, live)} onShow={() => setHeld(holdJobs(live))} />}
        <ConnectionBanner connection={connection} />
      </Dock>
    </Main>
  );
}

/** Focuses the search box, unless the person has focused something, or a touch keyboard would cover the page. */
function focusEmptyPage(): void {
  const { activeElement } = document;
  const isUnfocused = activeElement === null || activeElement.matches("body, main");
  if (isUnfocused && window.matchMedia("(pointer: fine)").matches) focusSearch();
}
