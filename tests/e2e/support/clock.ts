import { expect, type Page } from "@playwright/test";

/**
 * From now on time passes on this page only when it is told to; its clock has been installed before. A busy page may be
 * past the moment at which it is to stop when it hears of it: it stands still then, and is told another one.
 */
export async function stopTime(page: Page): Promise<void> {
  await expect(async () => page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000)).toPass();
}
