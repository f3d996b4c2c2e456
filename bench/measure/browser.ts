// A signed-in browser for the benchmarks of pages, and what it can measure of one load.
import { chromium, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { findChromium } from "../../scripts/test/chromium.ts";

export type BytesOnWire = { html: number; script: number };

export async function withBrowser<T>(measure: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: findChromium() });
  try {
    return await measure(browser);
  } finally {
    await browser.close();
  }
}

/** A new context has an empty cache. */
export async function signedInContext(browser: Browser, address: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1280, height: 860 } });
  const [{ name: username, password }] = DEMO_ACCOUNTS;
  const answer = await context.request.post("/api/auth/sign-in/username", {
    data: { username, password },
    headers: { origin: address },
  });
  if (!answer.ok()) throw new Error(`signing in was answered ${answer.status()}`);
  return context;
}

/** Counts what the browser receives, as it is on the wire. Call before the page is loaded. */
export async function countBytes(page: Page): Promise<() => BytesOnWire> {
  const session = await page.context().newCDPSession(page);
  const types = new Map<string, string>();
  const bytes = { html: 0, script: 0 };
  session.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId);
    if (type === "Document") bytes.html += encodedDataLength;
    if (type === "Script") bytes.script += encodedDataLength;
  });
  await session.send("Network.enable");
  return () => ({ ...bytes });
}

type LayoutShift = PerformanceEntry & { value: number };

/** The cumulative layout shift of the page so far. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as LayoutShift[]) sum += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 100);
      }),
  );
}

/** When the first paint with a visible element was, in milliseconds since the navigation began. Call before the page is loaded. */
export async function watchFirstPaint(page: Page, selector: string): Promise<() => Promise<number>> {
  await page.addInitScript((wanted) => {
    const check = () => {
      const box = document.querySelector(wanted)?.getBoundingClientRect();
      const isVisible = box !== undefined && box.height > 0 && box.top < window.innerHeight;
      // What is laid out in one frame is on the screen in the next.
      if (isVisible) requestAnimationFrame(() => Object.assign(window, { paintedAt: performance.now() }));
      else requestAnimationFrame(check);
    };
    requestAnimationFrame(check);
  }, selector);
  return async () => {
    const handle = await page.waitForFunction(() => (window as unknown as { paintedAt?: number }).paintedAt);
    return (await handle.jsonValue()) ?? Number.NaN;
  };
}

/** Measures from the next event of this type to the frame that shows an element, in milliseconds. */
export async function watchReaction(
  page: Page,
  event: "click" | "keydown",
  selector: string,
): Promise<() => Promise<number>> {
  await page.evaluate(
    ([type, wanted]) => {
      Object.assign(window, { reactedMs: undefined });
      const onEvent = ({ timeStamp }: Event) => {
        const check = () => {
          if (document.querySelector(wanted) === null) return void requestAnimationFrame(check);
          requestAnimationFrame(() => Object.assign(window, { reactedMs: performance.now() - timeStamp }));
        };
        requestAnimationFrame(check);
      };
      document.addEventListener(type, onEvent, { capture: true, once: true });
    },
    [event, selector] as const,
  );
  return async () => {
    const handle = await page.waitForFunction(() => (window as unknown as { reactedMs?: number }).reactedMs);
    return (await handle.jsonValue()) ?? Number.NaN;
  };
}
