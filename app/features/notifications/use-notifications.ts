"use client";
// Desktop notifications for watched jobs: one for each question, replaced with every reminder and closed when the question is
// no longer open, and one when the job has ended. Because of the tag, several tabs show one notification. The page shows
// none while it is active.
import { useEffect, useRef } from "react";
import { useRouter } from "next/navigation";
import { isTerminal } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { questionSummary } from "#lib/domain/question-text.ts";
import { waitAtReminder } from "../../text/waiting-time.ts";
import { jobSubject, jobLabel } from "../../text/labels.ts";
import { useWatchedJobs } from "./use-watched-jobs.ts";

export function useJobNotifications(jobs: readonly JobSummary[]): void {
  const { watched } = useWatchedJobs();
  const router = useRouter();
  const shown = useRef(new Map<number, { notification: Notification | undefined; reminders: number }>());
  /** Watched jobs that were live in this tab: only their end causes a notification. */
  const live = useRef(new Set<number>());

  useEffect(() => {
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const isPageActive = document.visibilityState === "visible" && document.hasFocus();
    const show = (job: JobSummary, title: string, options: NotificationOptions) => {
      const notification = notify(`Job ${job.id} ${title}`, options);
      notification?.addEventListener("click", () => {
        window.focus();
        notification.close();
        router.push(`/jobs/${job.id}`);
      });
      return notification;
    };
    const ask = (job: JobSummary, question: Interaction) => {
      const known = shown.current.get(question.id);
      if (isPageActive || (known !== undefined && known.reminders >= question.reminders)) return;
      known?.notification?.close();
      const wait = waitAtReminder(question);
      const title = wait === undefined ? "is waiting for input" : `has been waiting for input for ${wait}`;
      const notification = show(job, title, {
        body: `${questionSummary(question)}\n${jobSubject(job.changes)}`,
        // With the same tag the browser would replace the notification silently.
        tag: `spiderpig-question-${question.id}-${question.reminders}`,
        requireInteraction: true,
      });
      shown.current.set(question.id, { notification, reminders: question.reminders });
    };

    const mine = jobs.filter((job) => watched.includes(job.id));
    const open = new Set(mine.map((job) => job.pendingInteraction?.id));
    for (const [id, { notification }] of shown.current) {
      if (open.has(id)) continue;
      notification?.close();
      shown.current.delete(id);
    }
    const timers: ReturnType<typeof setTimeout>[] = [];
    for (const job of mine) {
      const { pendingInteraction: question } = job;
      if (question?.kind === "screen") {
        timers.push(setTimeout(() => ask(job, question), keyPressPauseLeftMs(question)));
      } else if (question !== null) {
        ask(job, question);
      }
      if (!isTerminal(job.state)) {
        live.current.add(job.id);
      } else if (live.current.delete(job.id) && !isPageActive) {
        show(job, `has finished: ${jobLabel(job).label}`, {
          body: jobSubject(job.changes),
          tag: `spiderpig-ended-${job.id}`,
        });
      }
    }
    return () => timers.forEach(clearTimeout);
  }, [jobs, watched, router]);
}

/** While people press keys in a program, each key press is followed by a new question that needs no notification. */
const KEY_PRESS_PAUSE_MS = 5000;

function keyPressPauseLeftMs({ askedAt }: Interaction): number {
  return Math.min(KEY_PRESS_PAUSE_MS, Math.max(0, Date.parse(askedAt) + KEY_PRESS_PAUSE_MS - Date.now()));
}

export type NotificationPermission = "granted" | "refused" | "unsupported";

/** @returns the permission, requesting it if it was never decided. Call only in response to a click. */
export async function requestNotifications(): Promise<NotificationPermission> {
  if (typeof Notification === "undefined") return "unsupported";
  if (Notification.permission !== "default") {
    return Notification.permission === "granted" ? "granted" : "refused";
  }
  // Without permission this shows nothing, but it detects browsers that throw even with permission.
  if (notify("SpiderPig", { silent: true }) === undefined) return "unsupported";
  return (await Notification.requestPermission()) === "granted" ? "granted" : "refused";
}

/** Mobile browsers have the class but throw in its constructor: there, only installed applications may notify. */
function notify(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options);
  } catch {
    return undefined;
  }
}
