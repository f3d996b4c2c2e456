"use client";
// A sound when a question opens that the person is notified of. A choice of each browser: it is for a page that stays open on
// a second screen.
import { useEffect, useRef } from "react";
import type { JobSummary } from "#lib/contract/job.ts";
import { useLocalStorage } from "../../ui/use-local-storage.ts";
import { useNotifications } from "./use-notifications.tsx";

export function useQuestionSound(): { isOn: boolean; setOn: (isOn: boolean) => void } {
  const [stored, store] = useLocalStorage("spiderpig.sound");
  return { isOn: stored === "on", setOn: (isOn) => store(isOn ? "on" : "off") };
}

/** Plays the sound once for each question that opens while the page is open, in one of the tabs. */
export function usePlayedQuestions(jobs: readonly JobSummary[]): void {
  const { isOn } = useQuestionSound();
  const { isWatching } = useNotifications();
  const known = useRef<Set<number>>(undefined);
  const open = jobs.flatMap((job) => (job.pendingInteraction === null ? [] : [job]));

  useEffect(() => {
    const isFirst = known.current === undefined;
    const seen = (known.current ??= new Set());
    for (const job of open) {
      const id = job.pendingInteraction?.id ?? 0;
      if (seen.has(id)) continue;
      seen.add(id);
      if (!isFirst && isOn && isWatching(job)) void playOnce(id);
    }
  });
}

const LOCK_MS = 3000;

/** The tabs of a browser get the question at the same time: the one that gets the lock plays. */
async function playOnce(questionId: number): Promise<void> {
  await navigator.locks?.request(`spiderpig-sound-${questionId}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    play();
    await new Promise((resolve) => setTimeout(resolve, LOCK_MS));
  });
}

const NOTES_HZ = [660, 880];
const NOTE_SECONDS = 0.18;

/** Browsers play nothing before the person has clicked on the page. */
function play(): void {
  const audio = new AudioContext();
  for (const [index, frequency] of NOTES_HZ.entries()) {
    const [oscillator, volume] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + index * NOTE_SECONDS;
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, start);
    // Without a click at the end of the note.
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + NOTE_SECONDS);
    if (index === NOTES_HZ.length - 1) oscillator.addEventListener("ended", () => void audio.close());
  }
}
