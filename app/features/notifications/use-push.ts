"use client";
// Whether this browser receives notifications, and turning them on and off. The choice is stored in the browser for each
// account: after the next sign-in notifications are on again, without another question of the browser.
import { useEffect, useState } from "react";
import type { NotificationState } from "#lib/contract/notification.ts";
import { call } from "../../client/api.ts";
import { useSession } from "../../client/use-session.tsx";
import { readLocalStorage, useLocalStorage } from "../../ui/use-local-storage.ts";
import {
  isPushPermitted,
  pushSupport,
  type PushTarget,
  subscribe,
  unsubscribe,
} from "./push-subscription.ts";

export type PushStatus =
  /** Not known before the page's script runs. */
  | "unknown"
  | "off"
  | "on"
  | "blocked"
  | "needs_install"
  | "unsupported"
  /** The browser cannot reach its push service, or the server the request. */
  | "failed";

export type Push = {
  status: PushStatus;
  isChanging: boolean;
  /** Number of this browser on the server, when notifications are on. */
  deviceId: number | undefined;
  /** Asks the browser for permission if it was never decided. Call only in response to a click. */
  turnOn: () => Promise<PushStatus>;
  turnOff: () => Promise<void>;
};

const STORAGE_KEY = "spiderpig.push";

export function usePush({ publicKey, devices }: NotificationState): Push {
  const { user } = useSession();
  const [, store] = useLocalStorage(STORAGE_KEY);
  const [status, setStatus] = useState<PushStatus>("unknown");
  const [isChanging, setIsChanging] = useState(false);
  const [deviceId, setDeviceId] = useState<number>();

  const register = async (): Promise<PushStatus> => {
    try {
      const target = await subscribe(publicKey);
      setDeviceId(await storedDevice(target, devices));
      store(user.name);
      return "on";
    } catch {
      return "failed";
    }
  };
  const change = async <T>(work: () => Promise<T>): Promise<T> => {
    setIsChanging(true);
    try {
      return await work();
    } finally {
      setIsChanging(false);
    }
  };

  useEffect(() => {
    const isEnabled = isPushPermitted() && readLocalStorage(STORAGE_KEY) === user.name;
    if (isEnabled) void register().then(setStatus);
    else setStatus(initialStatus());
    // Once: later changes are made by the functions below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);

  return {
    status,
    deviceId: status === "on" ? deviceId : undefined,
    isChanging,
    turnOn: () =>
      change(async () => {
        if (pushSupport() === "supported") await Notification.requestPermission();
        const next = isPushPermitted() ? await register() : initialStatus();
        setStatus(next);
        return next;
      }),
    turnOff: () =>
      change(async () => {
        store("");
        await unsubscribe();
        setStatus("off");
        if (deviceId === undefined) return;
        // If this fails, the server removes the device when the push service reports that it is gone.
        await call("DELETE /api/account/devices/{id}", { params: { id: deviceId } }).catch(() => undefined);
      }),
  };
}

/** In a browser without a subscription of this person. */
function initialStatus(): PushStatus {
  const support = pushSupport();
  if (support !== "supported") return support;
  return Notification.permission === "denied" ? "blocked" : "off";
}

/** The server knows it already, unless the browser has a new subscription or the person a new session. */
async function storedDevice(target: PushTarget, devices: NotificationState["devices"]): Promise<number> {
  const known = devices.find(({ endpoint }) => endpoint === target.endpoint);
  if (known !== undefined) return known.id;
  const { id } = await call("POST /api/account/devices", { body: target });
  return id;
}
