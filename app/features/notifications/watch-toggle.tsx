"use client";
import { cdxIconBell, cdxIconBellOutline } from "@wikimedia/codex-icons";
import { requestNotifications, type NotificationPermission } from "./use-notifications.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { useWatchedJobs } from "./use-watched-jobs.ts";
import { IconButton } from "../../ui/button.tsx";

type WatchToggleProps = {
  jobId: number;
  /** The browser's response to the request for permission. */
  onPermission: (permission: NotificationPermission) => void;
};

/** Turns desktop notifications for this job on or off. Jobs that the user starts are watched once permission is granted. */
export function WatchToggle({ jobId, onPermission }: WatchToggleProps) {
  const { watched, watch, unwatch } = useWatchedJobs();
  const isBrowser = useIsBrowser();
  const isAllowed = isBrowser && typeof Notification !== "undefined" && Notification.permission === "granted";
  const isOn = isAllowed && watched.includes(jobId);
  const turnOn = async () => {
    const permission = await requestNotifications();
    onPermission(permission);
    if (permission === "granted") watch(jobId);
  };
  return (
    <IconButton
      icon={isOn ? cdxIconBell : cdxIconBellOutline}
      label="Notify me when this job needs input or finishes"
      aria-pressed={isOn}
      onClick={() => {
        if (isOn) unwatch(jobId);
        else void turnOn();
      }}
    />
  );
}
