"use client";
import { flushSync } from "react-dom";
import type { JobSummary } from "#lib/contract/job.ts";
import { jobFocusTarget } from "../../ui/use-restored-focus.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { newsText } from "./held-jobs.ts";

/** In the dock: what is new in progress, and the button that shows it in its place. */
export function NewsNotice({ news, onShow }: { news: readonly JobSummary[]; onShow: () => void }) {
  const [first] = news;
  if (first === undefined) return null;
  const show = () => {
    // The card exists when the focus moves to it.
    flushSync(onShow);
    const card = document.querySelector<HTMLElement>(`[data-focus-target="${jobFocusTarget(first.id)}"]`);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "start" });
  };
  return (
    <Notice
      tone={first.pendingInteraction === null ? "notice" : "warning"}
      action={
        <Button tone="progressive" weight="primary" onClick={show}>
          Show
        </Button>
      }
    >
      {newsText(news)}
    </Notice>
  );
}
