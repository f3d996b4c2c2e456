"use client";
import { cdxIconBell, cdxIconBellOutline } from "@wikimedia/codex-icons";
import { useAction } from "../../client/use-action.ts";
import { NOTHING_WATCHED_TEXT, PUSH_STATUS_TEXTS } from "../../text/notification-text.ts";
import { Button } from "../../ui/button.tsx";
import { useNotifications } from "./use-notifications.tsx";

type WatchToggleProps = {
  job: { id: number; responsible: string };
  /** Why no notification will come, or that the request failed; empty otherwise. */
  onMessage: (message: string) => void;
};

/** Watches the job, on all devices of the person. The first time it also turns notifications on in this browser. */
export function WatchToggle({ job, onMessage }: WatchToggleProps) {
  const { isWatching, saveWatch, settings, push, devices } = useNotifications();
  const isOn = isWatching(job) && (push.status === "on" || devices.length > 0);
  const toggle = useAction(async (_, onSlow) => {
    try {
      // First, because browsers ask for permission only in response to a click.
      const status = isOn || push.status === "on" ? "on" : await push.turnOn();
      await saveWatch(job.id, !isOn, onSlow);
      if (isOn) return onMessage("");
      if (settings.jobs === "none") return onMessage(NOTHING_WATCHED_TEXT);
      onMessage(status === "on" ? "" : PUSH_STATUS_TEXTS[status]);
    } catch (error) {
      onMessage("The change was not saved. Try again.");
      throw error;
    }
  });
  return (
    <Button
      icon={isOn ? cdxIconBell : cdxIconBellOutline}
      weight="quiet"
      aria-pressed={isOn}
      isBusy={toggle.isRunning}
      title="Notifications when this job waits for input or ends"
      onClick={() => toggle.run()}
    >
      <span className="visually-hidden-on-phone">{isOn ? "Watching" : "Watch"}</span>
    </Button>
  );
}
