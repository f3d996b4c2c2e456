import { expect, type Page } from "@playwright/test";

/**
 * Pauses the clock of the page, which must have been installed before. On a busy machine the page may already be past the
 * requested time, which is an error; then a later time is requested.
 */
export async function stopTime(page: Page): Promise<void> {
  await expect(async () => page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000)).toPass();
}
