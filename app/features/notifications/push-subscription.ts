// The push subscription of this browser.

export type PushSupport =
  | "supported"
  /** iOS has push messages for installed applications only. */
  | "needs_install"
  | "unsupported";

const WORKER_PATH = "/push-worker.js";

export function pushSupport(): PushSupport {
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) return "supported";
  return /iPhone|iPad/.test(navigator.userAgent) ? "needs_install" : "unsupported";
}

export function isPushPermitted(): boolean {
  return pushSupport() === "supported" && Notification.permission === "granted";
}

/** What the server needs to send messages. */
export type PushTarget = { endpoint: string; keys: { p256dh: string; auth: string } };

/**
 * Subscribes, or returns the present subscription. The caller has the permission.
 * @throws when the browser cannot reach its push service.
 */
export async function subscribe(publicKey: string): Promise<PushTarget> {
  await navigator.serviceWorker.register(WORKER_PATH);
  const { pushManager } = await navigator.serviceWorker.ready;
  let subscription = await pushManager.getSubscription();
  if (subscription !== null && keyOf(subscription) !== publicKey) {
    // Made for an earlier key of the server, which can no longer use it.
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  const { endpoint, keys: { p256dh = "", auth = "" } = {} } = subscription.toJSON();
  return { endpoint: endpoint ?? subscription.endpoint, keys: { p256dh, auth } };
}

/** Also when there is none. */
export async function unsubscribe(): Promise<void> {
  if (pushSupport() !== "supported") return;
  const registration = await navigator.serviceWorker.getRegistration(WORKER_PATH);
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

function keyOf({ options }: PushSubscription): string | undefined {
  const key = options.applicationServerKey;
  if (key === null) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(key)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
