"use client";
// The header of every page: the navigation, the state of lanes and workers, and the user menu.
import Link from "next/link";
import { useDebouncedQuestions } from "../../client/use-debounced-questions.ts";
import { usePlayedQuestions } from "../notifications/use-question-sound.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { GoTo } from "./go-to/go-to.tsx";
import { LaneStatus } from "./lane-status.tsx";
import { Logo } from "../../ui/logo.tsx";
import { SiteNavigation } from "./navigation/site-navigation.tsx";
import { UserMenu } from "./user-menu.tsx";
import { useFocusAfterNavigation } from "./use-focus-after-navigation.ts";
import { useTabIndicator } from "./use-tab-indicator.ts";
import { WorkerStatus } from "./worker-status.tsx";
import styles from "./header.module.css";

export function Header() {
  const { overview } = useOverview();
  const jobs = useDebouncedQuestions(overview.jobs);
  useTabIndicator(jobs.flatMap(({ pendingInteraction }) => pendingInteraction ?? []));
  usePlayedQuestions(jobs);
  useFocusAfterNavigation();
  return (
    <header className={styles.header}>
      <div className={styles.inner}>
        <Link href="/" className={styles.home}>
          <Logo />
          <span className="visually-hidden-on-phone">SpiderPig</span>
        </Link>
        <SiteNavigation />
        <GoTo />
        <div className={styles.status}>
          <LaneStatus />
          <WorkerStatus />
        </div>
        <UserMenu />
      </div>
    </header>
  );
}
