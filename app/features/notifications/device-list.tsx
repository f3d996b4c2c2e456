"use client";
import { useEffect, useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { deviceName, PUSH_STATUS_TEXTS } from "../../text/notification-text.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Moment } from "../../ui/time.tsx";
import { useNotifications } from "./use-notifications.tsx";
import styles from "./notification-settings.module.css";

/** Turns notifications on and off in this browser, and off on the person's other devices. */
export function DeviceList() {
  const { push, devices, reload } = useNotifications();
  const remove = useAction<number>(async (id, onSlow) => {
    await call("DELETE /api/account/devices/{id}", { params: { id }, onSlow });
    await reload();
  });
  useEffect(() => {
    reload().catch(() => undefined);
    // oxlint-disable-next-line react/exhaustive-deps -- when the list appears
  }, []);
  const others = devices.filter(({ id }) => id !== push.deviceId);
  const isOn = push.status === "on";
  return (
    <>
      <div className={styles.device}>
        <output>{PUSH_STATUS_TEXTS[push.status]}</output>
        {["on", "off", "failed"].includes(push.status) && (
          <Button
            isBusy={push.isChanging}
            tone={isOn ? "neutral" : "progressive"}
            onClick={() => void (isOn ? push.turnOff() : push.turnOn())}
          >
            {isOn ? "Turn off" : "Turn on"}
          </Button>
        )}
      </div>
      {push.deviceId !== undefined && <TestNotification deviceId={push.deviceId} />}
      {others.length > 0 && (
        <ul className={styles.devices} aria-label="Other devices">
          {others.map(({ id, userAgent, createdAt }) => (
            <li key={id} className={styles.device}>
              <span>
                {deviceName(userAgent)}, <Moment at={createdAt} />
              </span>
              <Button weight="quiet" isBusy={remove.isRunning} onClick={() => remove.run(id)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {remove.problem !== undefined && <ProblemNotice problem={remove.problem} />}
    </>
  );
}

function TestNotification({ deviceId }: { deviceId: number }) {
  const [isSent, setSent] = useState(false);
  const test = useAction(async (_, onSlow) => {
    setSent(false);
    await call("POST /api/account/devices/{id}/test", { params: { id: deviceId }, onSlow });
    setSent(true);
  });
  return (
    <>
      <div className={styles.device}>
        <output>
          {isSent && "Sent. If nothing appears, check the notification settings of your device."}
        </output>
        <Button weight="quiet" isBusy={test.isRunning} onClick={() => test.run()}>
          Send a test notification
        </Button>
      </div>
      {test.problem !== undefined && <ProblemNotice problem={test.problem} />}
    </>
  );
}
