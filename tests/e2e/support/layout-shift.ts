// The layout shifts of a page, as the browser scores them.
import { expect, type Page } from "@playwright/test";

const CLS_MAX = 0.01;

export type Shift = { value: number; nodes: string[] };

/** Records the layout shifts of every page that is loaded from now on, from its first paint on. */
export async function recordShifts(page: Page): Promise<() => Promise<Shift[]>> {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    Object.assign(window, { shifts });
    type Entry = PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null }[];
    };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Entry[]) {
        if (entry.hadRecentInput) continue;
        const nodes = entry.sources.map(({ node }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          return `${element?.tagName} ${element?.className} ${element?.textContent?.slice(0, 40)}`;
        });
        shifts.push({ value: entry.value, nodes });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
}

export function expectStable(shifts: Shift[], when: string): void {
  const total = shifts.reduce((sum, { value }) => sum + value, 0);
  expect(total, `${when}: ${JSON.stringify(shifts)}`).toBeLessThan(CLS_MAX);
}
