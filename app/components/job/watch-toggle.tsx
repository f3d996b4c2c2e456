"use client";
import { useState } from "react";
import { cdxIconBell, cdxIconBellOutline } from "@wikimedia/codex-icons";
import { requestNotifications } from "../../hooks/use-notifications.ts";
import { useIsBrowser } from "../../hooks/use-now.tsx";
import { useWatchedJobs } from "../../hooks/use-watched-jobs.ts";
import { IconButton } from "../ui/button.tsx";

/** Opt-in: a desktop notification whenever this job asks something. Jobs one starts are watched once that is allowed. */
export function WatchToggle({ jobId }: { jobId: number }) {
  const { watched, watch, unwatch } = useWatchedJobs();
  const isBrowser = useIsBrowser();
  const [isRefused, setIsRefused] = useState(false);
  const isAllowed = isBrowser && typeof Notification !== "undefined" && Notification.permission === "granted";
  const isOn = isAllowed && watched.includes(jobId);
  const turnOn = async () => {
    const isGranted = await requestNotifications();
    setIsRefused(!isGranted);
    if (isGranted) watch(jobId);
  };
  return (
    <IconButton
      icon={isOn ? cdxIconBell : cdxIconBellOutline}
      label={
        isRefused ? "This browser does not allow notifications from this site" : "Notify me of its questions"
      }
      aria-pressed={isOn}
      onClick={() => {
        if (isOn) unwatch(jobId);
        else void turnOn();
      }}
    />
  );
}
