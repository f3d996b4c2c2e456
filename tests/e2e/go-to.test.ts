// Getting anywhere by keyboard: "Go to", the list of shortcuts, the skip link, and where the focus is on a new page.
import { aJob } from "../seed/seed.ts";
import { expect, test } from "./support/test.ts";
import { expectAccessible } from "./support/axe.ts";

// Without open questions of other tests: the home page moves the focus only when nothing waits.
test.use({ installation: "go-to" });

test("Ctrl-K goes to a job, a change, a person and an action, and returns the focus when it is left", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "go-to", changes: [1234] }).succeeded();
  const { page, home } = await signedIn("admin");
  await home.open();
  const dialog = page.getByRole("dialog", { name: "Go to" });
  const input = dialog.getByRole("combobox");
  const go = async (text: string, option: RegExp | string) => {
    await page.keyboard.press("Control+k");
    await expect(input).toBeFocused();
    await page.keyboard.type(text);
    await expect(dialog.getByRole("option").first()).toContainText(option);
    await page.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
  };

  await home.search.focus();
  await page.keyboard.press("Control+k");
  await expect(input).toBeFocused();
  await expectAccessible(page, { hasForcedColours: true });
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(home.search).toBeFocused();

  await go(`#${id}`, `Job ${id}`);
  await expect(page).toHaveURL(new RegExp(`/jobs/${id}$`));
  await expect(page.getByRole("main")).toBeFocused();
  await go("1234", "Change 1234");
  await expect(page).toHaveURL(/\/changes\/1234$/);
  await go("deployer", "deployer");
  await expect(page).toHaveURL(/\/people\/deployer$/);
  await go("freeze", "Freeze deployments…");
  await expect(page.getByRole("dialog", { name: "Freeze deployments" })).toBeVisible();
  await page.keyboard.press("Escape");
  await go("dark", "Appearance: Dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the first Tab reaches a link that skips the header, ? lists the shortcuts, and / focuses the search", async ({
  signedIn,
}) => {
  const { page } = await signedIn("deployer");
  await page.goto("/history");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toContainText("Focus the open question");
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
  await expect(page.getByRole("main"), "not a link in it, which the next Enter would follow").toBeFocused();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search all jobs" })).toBeFocused();
  await page.keyboard.type("?");
  await expect(help).toHaveCount(0);
});

test("on a phone the menu leads to every page, marks the current one, and does not scroll the page", async ({
  signedIn,
}) => {
  const { page } = await signedIn("admin", {
    viewport: { width: 320, height: 568 },
    hasTouch: true,
    isMobile: true,
  });
  await page.goto("/");
  const navigation = page.getByRole("navigation", { name: "Main" });
  await expect(navigation.getByRole("link")).toHaveCount(0);
  await navigation.getByRole("button", { name: "Menu" }).tap();
  const pages = page.getByRole("menuitem");
  await expect(pages.filter({ hasText: "Deploy" })).toHaveAttribute("aria-current", "page");
  await expect(pages.filter({ hasText: "Deploy" })).toBeFocused();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await pages.filter({ hasText: "Admin" }).tap();
  await expect(page).toHaveURL(/\/admin\/people$/);
  await expect(pages).toHaveCount(0);
});

test("the home page opens with the focus in its search box, on a phone it does not", async ({ signedIn }) => {
  const desktop = await signedIn("deployer");
  await desktop.home.open();
  await expect(desktop.home.search).toBeFocused();
  const phone = await signedIn("deployer", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await phone.home.open();
  await expect(phone.home.search).toBeEnabled();
  await expect(phone.home.search).not.toBeFocused();
});
