"use client";
import { useState } from "react";
import { cdxIconBell, cdxIconBellOutline } from "@wikimedia/codex-icons";
import { requestNotifications } from "../../hooks/use-notifications.ts";
import { useWatchedJobs } from "../../hooks/use-watched-jobs.ts";
import { IconButton } from "../ui/button.tsx";

/** Opt-in: a desktop notification whenever this job asks something. */
export function WatchToggle({ jobId }: { jobId: number }) {
  const { watched, watch, unwatch } = useWatchedJobs();
  const [isRefused, setIsRefused] = useState(false);
  const isOn = watched.includes(jobId);
  const turnOn = async () => {
    const isAllowed = await requestNotifications();
    setIsRefused(!isAllowed);
    if (isAllowed) watch(jobId);
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
