"use client";
// Notifications of the signed-in person: settings, watched jobs, and whether this browser receives them.
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { isNotified, type NotificationSettings } from "#lib/domain/notification.ts";
import type { NotificationState } from "#lib/contract/notification.ts";
import { call } from "../../client/api.ts";
import { useSession } from "../../client/use-session.tsx";
import { type Push, usePush } from "./use-push.ts";

export type Notifications = {
  settings: NotificationSettings;
  devices: NotificationState["devices"];
  push: Push;
  /** Whether the person is notified of this job's questions. */
  isWatching: (job: { id: number; responsible: string }) => boolean;
  saveSettings: (settings: NotificationSettings, onSlow: () => void) => Promise<void>;
  saveWatch: (jobId: number, isWatching: boolean, onSlow: () => void) => Promise<void>;
  /** The settings and devices as another tab or device may have changed them. */
  reload: () => Promise<void>;
};

const NotificationsContext = createContext<Notifications | undefined>(undefined);

export function NotificationsProvider({
  rendered,
  children,
}: {
  rendered: NotificationState;
  children: ReactNode;
}) {
  const { user } = useSession();
  const [state, setState] = useState(rendered);
  const push = usePush(state);
  useOpenedQuestion();
  const { settings, watches, devices } = state;
  const notifications: Notifications = {
    settings,
    devices,
    push,
    isWatching: ({ id, responsible }) =>
      isNotified(
        { responsible },
        {
          userName: user.name,
          settings,
          isWatching: watches.find(({ jobId }) => jobId === id)?.isWatching ?? null,
        },
      ),
    async saveSettings(changed, onSlow) {
      await call("PUT /api/account/notifications", { body: changed, onSlow });
      setState((now) => ({ ...now, settings: changed }));
    },
    async saveWatch(jobId, isWatching, onSlow) {
      await call("PUT /api/jobs/{id}/watch", { params: { id: jobId }, body: { isWatching }, onSlow });
      setState((now) => ({
        ...now,
        watches: [...now.watches.filter((watch) => watch.jobId !== jobId), { jobId, isWatching }],
      }));
    },
    async reload() {
      setState(await call("GET /api/account/notifications", {}));
    },
  };
  return <NotificationsContext value={notifications}>{children}</NotificationsContext>;
}

export function useNotifications(): Notifications {
  const notifications = useContext(NotificationsContext);
  if (notifications === undefined) throw new Error("useNotifications outside of NotificationsProvider");
  return notifications;
}

/** A notification was clicked, and its job is open in this tab: the service worker sends the question's fragment. */
function useOpenedQuestion(): void {
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return undefined;
    const open = ({ data }: MessageEvent<{ hash?: string }>) => {
      if (data.hash === undefined || data.hash === "") return;
      const question = document.getElementById(data.hash.slice(1));
      question?.scrollIntoView({ block: "nearest" });
      question?.focus({ preventScroll: true });
    };
    navigator.serviceWorker.addEventListener("message", open);
    return () => navigator.serviceWorker.removeEventListener("message", open);
  }, []);
}
