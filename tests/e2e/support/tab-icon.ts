import { expect, type Page } from "@playwright/test";

/** Checks all icons of the page, because browsers differ in which one they use. */
export async function expectTabIcon(page: Page, href: RegExp): Promise<void> {
  const icons = page.locator('link[rel="icon"]');
  const named = () => icons.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  await expect.poll(async () => (await named()).filter((one) => !href.test(one))).toEqual([]);
  expect(await named()).not.toEqual([]);
}
