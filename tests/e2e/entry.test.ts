import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { expect, test } from "./support/test.ts";

test("users who are not signed in are redirected to sign in, and then back to the requested page", async ({
  page,
  world,
}) => {
  await page.goto(`${world.url}/?changes=1234`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);

  await page.getByRole("button", { name: /^deployer/ }).click();

  await expect(page.getByRole("list", { name: "Selected changes" })).toContainText("1234");
});

test("credentials entered before the page's script has loaded are kept, and sent only to sign in", async ({
  page,
  world,
}) => {
  const script = Promise.withResolvers<void>();
  await page.route("**/_next/static/**/*.js", async (route) => {
    await script.promise;
    await route.continue();
  });
  await page.goto(`${world.url}/sign-in`, { waitUntil: "commit" });
  const [account] = DEMO_ACCOUNTS;

  await page.getByLabel("Username").fill(account.name);
  await page.getByLabel("Password").fill(account.password);
  await page.getByLabel("Password").press("Enter");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeDisabled();
  await expect(page).toHaveURL(/\/sign-in$/);
  script.resolve();
  await page.getByRole("button", { name: "Sign in" }).click();

  await expect(page).toHaveURL(`${world.url}/`);
});

test("a wrong password is refused with a message and keeps the username", async ({ page, world }) => {
  await page.goto(`${world.url}/sign-in`);
  await page.getByLabel("Username").fill("deployer");
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();

  await expect(page.getByRole("alert").filter({ hasText: "Incorrect username or password." })).toBeVisible();
  await expect(page.getByLabel("Username")).toHaveValue("deployer");
});

test("where passkeys cannot be used, the sign-in page says why and links to the address where they can", async ({
  page,
  world,
}) => {
  await page.goto(`${world.url}/sign-in?next=/history`);
  await expect(page.getByRole("button", { name: "Use a passkey" })).toHaveAccessibleDescription(
    "Passkeys work only at localhost.",
  );

  await page.getByRole("link", { name: "localhost" }).click();

  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/sign-in\?next=\/history$/);
  await expect(page.getByRole("button", { name: "Use a passkey" })).toBeEnabled();
});

test("a change that cannot be deployed is refused with the reason, and nothing is queued", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("deployer");
  await home.open();

  await home.enter("1244 99999 https://elsewhere.example/c/x/+/5 1234");

  await expect(home.refusals).toContainText("1244: This change is marked as work in progress");
  await expect(home.refusals).toContainText("99999: This change does not exist in Gerrit");
  await expect(home.refusals).toContainText("https://elsewhere.example/c/x/+/5");
  await expect(home.selected.getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Deploy change 1234" })).toBeEnabled();
});

test("a change is found in Gerrit by words, and selected and removed by keyboard alone", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("deployer");
  await home.open();

  await home.search.pressSequentially("medlar");
  await expect(page.getByRole("option", { name: /Feature the medlar/ })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");

  await expect(home.selected).toContainText("1248");
  await expect(home.search).toHaveValue("");
  await expect(home.search).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page, "Enter alone starts nothing").toHaveURL(/\/\?changes=1248$/);
  await page.getByRole("button", { name: "Remove change 1248" }).press("Enter");
  await expect(home.selected).toHaveCount(0);
  await expect(page.locator(":focus"), "the keyboard has a place when its button is gone").toHaveCount(1);
});

test("several numbers and URLs can be pasted together", async ({ signedIn, browserName }) => {
  expect(browserName).toBe("chromium");
  const { page, home } = await signedIn("deployer");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await home.open();
  await page.evaluate(() => navigator.clipboard.writeText("1246,\n#1247 1246"));

  await home.search.press("Control+V");

  await expect(home.selected.getByRole("listitem")).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Deploy 2 changes" })).toBeEnabled();
});

test("the selection is kept when the server refuses", async ({ signedIn }) => {
  const { page, home } = await signedIn("deployer");
  await home.open();
  await home.select(1234);
  await page.route("**/api/jobs", (route) =>
    route.fulfill({
      status: 502,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "x",
        code: "gerrit_unreachable",
        status: 502,
        title: "Gerrit did not answer.",
      }),
    }),
  );

  await page.getByRole("button", { name: "Deploy change 1234" }).click();

  await expect(page.getByRole("alert").filter({ hasText: "Gerrit did not answer." })).toBeVisible();
  await expect(home.selected).toContainText("1234");
  await expect(page.getByRole("button", { name: "Deploy change 1234" })).toBeEnabled();
});

test("a number that exists in two projects has two results, and the selected one is deployed", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("deployer");
  await home.open();
  const of = (project: string) => ({
    number: 6,
    patchSet: 1,
    project,
    branch: "main",
    subject: `A change of ${project}`,
    owner: "Ada",
    url: `https://gerrit.example/c/${project}/+/6`,
    status: "NEW",
    refusal: null,
  });
  await page.route("**/api/changes?*", (route) =>
    route.fulfill({ json: { changes: [of("one"), of("two")] } }),
  );
  let sent: unknown;
  await page.route("**/api/jobs", (route) => {
    sent = route.request().postDataJSON();
    return route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "x",
        code: "changes_refused",
        status: 422,
        title: "One or more changes cannot be deployed.",
        refused: [{ input: "two~6", reason: "This change was abandoned. Restore it in Gerrit first." }],
      }),
    });
  });

  await home.search.pressSequentially("6");
  await expect(page.getByText("Several projects have a change with this number. Select one.")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(home.selected, "Enter alone chooses none of them").toHaveCount(0);
  await page.getByRole("option", { name: /A change of two/ }).click();
  await expect(home.selected).toContainText("A change of two");
  await page.getByRole("button", { name: "Deploy change 6" }).click();

  await expect(home.refusals).toContainText("6: This change was abandoned");
  expect(sent).toMatchObject({ changes: ["two~6"] });
});
