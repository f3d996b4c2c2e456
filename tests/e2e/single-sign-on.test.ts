// Sign-in and sign-out with the sandbox's identity provider, through the pages of both.
import { expect, test } from "./support/test.ts";

test("a person signs in with the identity provider and out of both, and one without a group is refused", async ({
  page,
  world,
}) => {
  await page.goto(`${world.url}/?changes=1234`);
  const start = page.getByRole("button", { name: "Continue with single sign-on" });
  await start.click();
  await page.getByRole("button", { name: "Ada Castellan" }).click();

  await expect(page.getByRole("list", { name: "Selected changes" })).toContainText("1234");
  await page.getByRole("button", { name: "ada: account and appearance" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();

  await expect(page).toHaveURL(`${world.url}/sign-in`);
  await start.click();
  await page.getByRole("button", { name: "Dana Lindholm" }).click();
  await expect(page.getByText("Your account has no access to SpiderPig.")).toBeVisible();
  await expect(start).toBeEnabled();
});
