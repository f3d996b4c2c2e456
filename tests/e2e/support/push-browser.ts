// A browser that receives push messages. Headless Chromium neither subscribes at a push service nor shows notifications: the
// page gets a subscription at the service of the tests, what that service receives is delivered to the real service worker by
// DevTools, and the notifications that the service worker shows are recorded in it.
import { type BrowserContext, type CDPSession, expect, type Page, type Worker } from "@playwright/test";
import type { Browser, PushReceiver, ReceivedPush } from "../../lib/notify/push-receiver.ts";

export type Notice = { title: string; body?: string; tag: string; requireInteraction?: boolean };

export type PushBrowser = {
  /** The next message that the push service has received for this browser, delivered to the service worker. */
  next(page: Page): Promise<ReceivedPush>;
  /** What the service worker shows. */
  shown(): Promise<Notice[]>;
  /** The push service replaces the subscription by another one. */
  replaceSubscription(name: string): Promise<void>;
  /** Clicks on the only notification. @returns the addresses that were opened in new tabs. */
  click(): Promise<string[]>;
};

/** @param name of the subscription. Call before a page is opened. */
export async function withPush(
  context: BrowserContext,
  service: PushReceiver,
  name: string,
): Promise<PushBrowser> {
  await context.addInitScript(pretend, service.subscribe(name));
  const workers: Worker[] = [];
  let delivered = 0;

  async function worker(): Promise<Worker> {
    const [known] = workers;
    if (known !== undefined) return known;
    const found = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    await found.evaluate(record);
    workers.push(found);
    return found;
  }

  return {
    async next(page) {
      await worker();
      const received = () => service.received.filter((push) => push.name === name);
      await expect.poll(() => received().length, { timeout: 60_000 }).toBeGreaterThan(delivered);
      const push = received()[delivered];
      delivered += 1;
      if (push === undefined) throw new Error("no message was received");
      await deliver(page, new URL(workers[0]?.url() ?? "").origin, push.payload);
      return push;
    },
    shown: async () => (await worker()).evaluate(listShown),
    replaceSubscription: async (other) =>
      (await worker()).evaluate(replaceSubscription, service.subscribe(other)),
    click: async () => (await worker()).evaluate(clickNotification),
  };
}

/** Delivers this message, as if the push service had sent it. */
export async function deliver(page: Page, origin: string, payload: object): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("ServiceWorker.deliverPushMessage", {
    origin,
    registrationId: await registrationOf(session),
    data: JSON.stringify(payload),
  });
  await session.detach();
}

async function registrationOf(session: CDPSession): Promise<string> {
  const found = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const registration = registrations.find(({ isDeleted }) => !isDeleted);
    if (registration !== undefined) found.resolve(registration.registrationId);
  });
  await session.send("ServiceWorker.enable");
  return found.promise;
}

type Recorded = {
  shown: (Notice & { data: unknown; close(): void })[];
  opened: string[];
  clients: { openWindow(url: string): Promise<null> };
};

/** Runs in the service worker. */
function record(): void {
  const recorded = globalThis as unknown as Recorded;
  recorded.shown = [];
  recorded.opened = [];
  recorded.clients.openWindow = async (url) => {
    recorded.opened.push(url);
    return null;
  };
  Object.assign(ServiceWorkerRegistration.prototype, {
    async showNotification(title: string, options: { tag: string; data: unknown }) {
      recorded.shown = recorded.shown.filter(({ tag }) => tag !== options.tag);
      const notice = {
        title,
        ...options,
        close: () => {
          recorded.shown = recorded.shown.filter((one) => one !== notice);
        },
      };
      recorded.shown.push(notice);
    },
    async getNotifications({ tag }: { tag: string }) {
      return recorded.shown.filter((notice) => notice.tag === tag);
    },
  });
}

/** Runs in the service worker, as do the next two. Each is sent alone, so it uses nothing of this file. */
function listShown(): Notice[] {
  return (globalThis as unknown as Recorded).shown.map(({ title, body, tag, requireInteraction }) => ({
    title,
    ...(body === undefined ? {} : { body }),
    tag,
    ...(requireInteraction === undefined ? {} : { requireInteraction }),
  }));
}

async function clickNotification(): Promise<string[]> {
  const recorded = globalThis as unknown as Recorded;
  recorded.opened.length = 0;
  let work: Promise<unknown> = Promise.resolve();
  const event = Object.assign(new Event("notificationclick"), {
    notification: recorded.shown[0],
    waitUntil: (promise: Promise<unknown>) => {
      work = promise;
    },
  });
  globalThis.dispatchEvent(event);
  // Focusing a tab needs a real click.
  await work.catch(() => undefined);
  return recorded.opened;
}

async function replaceSubscription(subscription: Browser): Promise<void> {
  let work: Promise<unknown> = Promise.resolve();
  const event = Object.assign(new Event("pushsubscriptionchange"), {
    newSubscription: { toJSON: () => subscription },
    waitUntil: (promise: Promise<unknown>) => {
      work = promise;
    },
  });
  globalThis.dispatchEvent(event);
  await work;
}

/** Runs in each page: the permission is undecided until it is requested, and the subscription is that of the test. */
function pretend(subscription: Browser): void {
  if (!("PushManager" in globalThis)) return;
  const stored = { permission: "test.permission", key: "test.key" };
  Object.defineProperty(Notification, "permission", {
    get: () => localStorage.getItem(stored.permission) ?? "default",
  });
  Notification.requestPermission = async () => {
    localStorage.setItem(stored.permission, "granted");
    return "granted";
  };
  const subscribed = (key: string) => ({
    endpoint: subscription.endpoint,
    options: {
      applicationServerKey: Uint8Array.from(
        atob(key.replaceAll("-", "+").replaceAll("_", "/")),
        (character) => character.codePointAt(0) ?? 0,
      ).buffer,
    },
    toJSON: () => subscription,
    unsubscribe: async () => {
      localStorage.removeItem(stored.key);
      return true;
    },
  });
  Object.assign(PushManager.prototype, {
    async getSubscription() {
      const key = localStorage.getItem(stored.key);
      return key === null ? null : subscribed(key);
    },
    async subscribe({ applicationServerKey }: { applicationServerKey: string }) {
      localStorage.setItem(stored.key, applicationServerKey);
      return subscribed(applicationServerKey);
    },
  });
}
