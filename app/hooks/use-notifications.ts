"use client";
// A desktop notification for each question of a watched job, and a new one in its place with every reminder; closed
// again when the question is no longer open. The tag makes several tabs show one notification, not several.
import { useEffect, useRef } from "react";
import { useRouter } from "next/navigation";
import type { JobSummary } from "#lib/wire/schemas.ts";
import { remindedWait } from "../lib/waited.ts";
import { useWatchedJobs } from "./use-watched-jobs.ts";

export function useQuestionNotifications(jobs: readonly JobSummary[]): void {
  const { watched } = useWatchedJobs();
  const router = useRouter();
  const shown = useRef(new Map<number, { notification: Notification; reminders: number }>());

  useEffect(() => {
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const asked = jobs.filter((job) => job.pendingInteraction !== null && watched.includes(job.id));
    const open = new Set(asked.map((job) => job.pendingInteraction?.id));
    for (const [id, { notification }] of shown.current) {
      if (open.has(id)) continue;
      notification.close();
      shown.current.delete(id);
    }
    for (const job of asked) {
      const question = job.pendingInteraction;
      if (question === null) continue;
      const known = shown.current.get(question.id);
      if (known !== undefined && known.reminders >= question.reminders) continue;
      // Whoever looks at the page sees the question already.
      if (document.visibilityState === "visible" && document.hasFocus()) continue;
      known?.notification.close();
      const waits = remindedWait(question);
      const title = waits === undefined ? "waits for an answer" : `still waits for an answer, for ${waits}`;
      const notification = new Notification(`Job ${job.id} ${title}`, {
        body: question.message,
        // One of the same tag would be replaced without a sound.
        tag: `spiderpig-question-${question.id}-${question.reminders}`,
        requireInteraction: true,
      });
      notification.addEventListener("click", () => {
        window.focus();
        router.push(`/jobs/${job.id}`);
      });
      shown.current.set(question.id, { notification, reminders: question.reminders });
    }
  }, [jobs, watched, router]);
}

/** @returns whether notifications may be shown; asks when that was never decided. Only call on a press. */
export async function requestNotifications(): Promise<boolean> {
  if (typeof Notification === "undefined") return false;
  if (Notification.permission !== "default") return Notification.permission === "granted";
  return (await Notification.requestPermission()) === "granted";
}
