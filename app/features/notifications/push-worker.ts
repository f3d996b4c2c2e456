// The service worker: shows push messages as notifications, withdraws them, and opens the question when one is clicked. It
// caches nothing, so that no page is ever older than its server. One file without imports: app/push-worker.js/route.ts serves
// it without its types.

type PushPayload =
  | {
      notice: "question";
      jobId: number;
      interactionId: number;
      reminders: number;
      title: string;
      /** The person may not answer it. */
      isForOthers?: true;
    }
  | { notice: "withdrawn"; jobId: number; interactionId: number }
  | { notice: "ended"; jobId: number; state: string }
  | { notice: "test" };

/** What a notification needs to be found and opened. */
type ShownData = { url: string; interactionId: number | undefined };

// The DOM types lack the scope of a service worker.
type Extendable = Event & { waitUntil(work: Promise<unknown>): void };
type WindowClient = {
  url: string;
  focused: boolean;
  focus(): Promise<unknown>;
  postMessage(data: unknown): void;
};
type WorkerScope = {
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(
    type: "push",
    listener: (event: Extendable & { data: { json(): unknown } | null }) => void,
  ): void;
  addEventListener(
    type: "notificationclick",
    listener: (event: Extendable & { notification: Notification }) => void,
  ): void;
  addEventListener(
    type: "pushsubscriptionchange",
    listener: (
      event: Extendable & {
        oldSubscription?: PushSubscription | null;
        newSubscription?: PushSubscription | null;
      },
    ) => void,
  ): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: true }): Promise<WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  registration: ServiceWorkerRegistration;
  navigator: Navigator & { userAgentData?: unknown };
};

const scope = globalThis as unknown as WorkerScope;

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("push", (event) => {
  if (event.data !== null) event.waitUntil(receive(event.data.json() as PushPayload));
});
scope.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data as ShownData));
});

// The push service has replaced the subscription, or ended it.
scope.addEventListener("pushsubscriptionchange", (event) => {
  const key = event.oldSubscription?.options.applicationServerKey ?? null;
  event.waitUntil(resubscribe(event.newSubscription ?? null, key));
});

/** Firefox and Safari end a subscription after some messages that show no notification. Only Chromium has this property. */
const maySkip = scope.navigator.userAgentData !== undefined;

async function receive(push: PushPayload): Promise<void> {
  if (push.notice === "test") return showTest();
  const tag = `job-${push.jobId}`;
  const job = `Job ${push.jobId}`;
  const show = (title: string, data: ShownData, options: NotificationOptions & { renotify?: boolean }) =>
    scope.registration.showNotification(title, { tag, data, icon: "/icons/icon-192.png", ...options });
  switch (push.notice) {
    case "question": {
      // The page that has the focus shows the question itself.
      if (maySkip && (await hasFocusedPage())) return;
      const data = { url: questionUrl(push), interactionId: push.interactionId };
      const input = push.isForOthers === true ? "another person’s input" : "input";
      const title = `${job} is ${push.reminders === 0 ? "" : "still "}waiting for ${input}`;
      await show(title, data, { body: push.title, requireInteraction: true, renotify: true, badge: BADGE });
      return;
    }
    case "withdrawn": {
      const shown = await scope.registration.getNotifications({ tag });
      const isShown = shown.some(({ data }) => (data as ShownData).interactionId === push.interactionId);
      if (maySkip && isShown) for (const notification of shown) notification.close();
      if (maySkip) return;
      const data = { url: questionUrl(push), interactionId: push.interactionId };
      await show(`${job} is no longer waiting for input`, data, { silent: true, badge: BADGE });
      return;
    }
    case "ended":
      await show(
        `${job} ${ENDED[push.state] ?? "ended"}`,
        { url: `/jobs/${push.jobId}`, interactionId: undefined },
        { body: "Open the job to see the outcome.", badge: BADGE },
      );
      return;
  }
}

/** Also while a page has the focus: it is the answer to a press on that page. */
function showTest(): Promise<void> {
  return scope.registration.showNotification("Notifications work on this device", {
    tag: "test",
    data: { url: "/", interactionId: undefined } satisfies ShownData,
    icon: "/icons/icon-192.png",
    badge: BADGE,
    body: "SpiderPig sends one when a job is waiting for your input.",
  });
}

const BADGE = "/icons/badge-96.png";

const ENDED: Record<string, string> = {
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "was cancelled",
  lost: "was lost",
};

function questionUrl({ jobId, interactionId }: { jobId: number; interactionId: number }): string {
  return `/jobs/${jobId}#question-${interactionId}`;
}

async function hasFocusedPage(): Promise<boolean> {
  return (await pages()).some(({ focused }) => focused);
}

function pages(): Promise<WindowClient[]> {
  return scope.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/** Focuses a tab that shows the job already; other tabs keep what they show. */
async function open({ url }: ShownData): Promise<void> {
  const target = new URL(url, scope.registration.scope);
  const tab = (await pages()).find((page) => new URL(page.url).pathname === target.pathname);
  if (tab === undefined) return void (await scope.clients.openWindow(target.href));
  tab.postMessage({ hash: target.hash });
  await tab.focus();
}

/** If the session has ended, the server refuses, and the page subscribes after the next sign-in. */
async function resubscribe(replaced: PushSubscription | null, key: ArrayBuffer | null): Promise<void> {
  const { pushManager } = scope.registration;
  const subscription =
    replaced ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = subscription.toJSON();
  await fetch("/api/account/devices", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ endpoint, keys }),
  });
}
