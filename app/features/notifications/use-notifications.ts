"use client";
// Desktop notifications of watched jobs: one for each question, a new one in its place with every reminder, closed
// again when the question is no longer open; and one when the job has ended. The tag makes several tabs show one
// notification, not several. Whoever looks at the page gets none.
import { useEffect, useRef } from "react";
import { useRouter } from "next/navigation";
import { isTerminal } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { questionSummary } from "../../text/question-summary.ts";
import { waitAtReminder } from "../../text/waiting-time.ts";
import { jobSubject, jobLabel } from "../../text/labels.ts";
import { useWatchedJobs } from "./use-watched-jobs.ts";

export function useJobNotifications(jobs: readonly JobSummary[]): void {
  const { watched } = useWatchedJobs();
  const router = useRouter();
  const shown = useRef(new Map<number, { notification: Notification | undefined; reminders: number }>());
  /** Watched jobs that this tab has seen alive: only their end is news. */
  const alive = useRef(new Set<number>());

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
      const waits = waitAtReminder(question);
      const title = waits === undefined ? "waits for an answer" : `still waits for an answer, for ${waits}`;
      const notification = show(job, title, {
        body: `${questionSummary(question)}\n${jobSubject(job.changes)}`,
        // One of the same tag would be replaced without a sound.
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
      if (question?.kind === "screen")
        timers.push(setTimeout(() => ask(job, question), keyPressPauseLeftMs(question)));
      else if (question !== null) ask(job, question);
      if (!isTerminal(job.state)) alive.current.add(job.id);
      else if (alive.current.delete(job.id) && !isPageActive) {
        show(job, `has ended: ${jobLabel(job).label}`, {
          body: jobSubject(job.changes),
          tag: `spiderpig-ended-${job.id}`,
        });
      }
    }
    return () => timers.forEach(clearTimeout);
  }, [jobs, watched, router]);
}

/** While people press keys in a program, each key is followed by a question, and none of them is news. */
const KEY_PRESS_PAUSE_MS = 5000;

function keyPressPauseLeftMs({ askedAt }: Interaction): number {
  return Math.min(KEY_PRESS_PAUSE_MS, Math.max(0, Date.parse(askedAt) + KEY_PRESS_PAUSE_MS - Date.now()));
}

export type NotificationPermission = "granted" | "refused" | "unsupported";

/** @returns whether notifications may be shown; asks when that was never decided. Only call on a press. */
export async function requestNotifications(): Promise<NotificationPermission> {
  if (typeof Notification === "undefined") return "unsupported";
  if (Notification.permission !== "default") {
    return Notification.permission === "granted" ? "granted" : "refused";
  }
  // Without a permission this shows nothing; it tells the browsers that could not show one with it.
  if (notify("SpiderPig", { silent: true }) === undefined) return "unsupported";
  return (await Notification.requestPermission()) === "granted" ? "granted" : "refused";
}

/** Phones have the class and throw when one is made: there, only an installed application may notify. */
function notify(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options);
  } catch {
    return undefined;
  }
}
