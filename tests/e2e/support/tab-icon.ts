import { expect, type Page } from "@playwright/test";

/** All icons that the page names: which one a browser takes is its own affair. */
export async function expectTabIcon(page: Page, href: RegExp): Promise<void> {
  const icons = page.locator('link[rel="icon"]');
  const named = () => icons.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  await expect.poll(async () => (await named()).filter((one) => !href.test(one))).toEqual([]);
  expect(await named()).not.toEqual([]);
}
