"use client";
import { useState } from "react";
import { useSession } from "../../client/use-session.tsx";
import { PUSH_STATUS_TEXTS } from "../../text/notification-text.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useLocalStorage } from "../../ui/use-local-storage.ts";
import { useNotifications } from "./use-notifications.tsx";

/**
 * Offers notifications to the person who has just started a deployment, if this browser was never asked. It is there from
 * the first rendering or not at all, so that it moves nothing: after a reload the account menu is left.
 */
export function NotificationOffer({ responsible }: { responsible: string }) {
  const { user } = useSession();
  const { push } = useNotifications();
  const [answer, setAnswer] = useLocalStorage("spiderpig.push-offer");
  const [isOffered, setIsOffered] = useState(
    () => push.status === "off" && answer === null && responsible === user.name && isUndecided(),
  );
  if (!isOffered) return null;
  const canTurnOn = push.status === "off" || push.status === "failed";
  const close = () => {
    setAnswer("closed");
    setIsOffered(false);
  };
  return (
    <Notice
      tone={push.status === "on" ? "success" : "notice"}
      action={
        <>
          {canTurnOn && (
            <Button tone="progressive" isBusy={push.isChanging} onClick={() => void push.turnOn()}>
              Turn on
            </Button>
          )}
          <Button weight="quiet" onClick={close}>
            {canTurnOn ? "Not now" : "Close"}
          </Button>
        </>
      }
    >
      <output>
        {push.status === "off"
          ? "Get a notification when this deployment waits for your input, also with this page closed."
          : push.status === "on"
            ? "Notifications are on in this browser. Reminders and quiet hours are in the account menu."
            : PUSH_STATUS_TEXTS[push.status]}
      </output>
    </Notice>
  );
}

function isUndecided(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "default";
}
