// A window: the changes of several people, ordered, started and followed on several screens.
import { aJob } from "../seed/seed.ts";
import { expect, test } from "./support/test.ts";

test("a window with six changes of four people is the same on two screens", async ({ signedIn }) => {
  const deployer = await signedIn("deployer");
  const author = await signedIn("viewer", { viewport: { width: 390, height: 844 } });
  const { page } = deployer;
  await page.goto("/windows");
  await page.getByRole("button", { name: "New window…" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Title").fill("Afternoon window");
  await form.getByLabel("Starts (UTC)").fill(new Date().toISOString().slice(0, 16));
  await form.getByLabel("Lane").fill("window-e2e");
  await form.getByRole("button", { name: "Create window" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Afternoon window");

  for (const [changes, name] of [
    ["1234, 1235", "viewer"],
    ["1236 1237", "second-deployer"],
    ["1246 1247", ""],
  ] as const) {
    await page.getByRole("textbox", { name: "Changes" }).fill(changes);
    await page.getByRole("textbox", { name: "Author" }).fill(name);
    await page.getByRole("button", { name: "Add changes" }).click();
    await expect(page.getByRole("textbox", { name: "Changes" })).toHaveValue("");
  }
  await author.page.goto(new URL(page.url()).pathname);
  const rows = ({ page: screen }: typeof deployer) =>
    screen.getByRole("region", { name: "Changes" }).getByRole("listitem");
  const row = (person: typeof deployer, change: number) => rows(person).filter({ hasText: String(change) });
  await expect(rows(author)).toHaveCount(6);
  await expect(page.getByTitle("Also viewing: viewer")).toBeVisible();

  await test.step("what one person moves stays in place for the other until they want to see it", async () => {
    await page.getByRole("button", { name: "Move change 1235", exact: true }).press("Space");
    await expect(page.getByText("Change 1235 is over position 2 of 6.")).toBeAttached();
    await page.keyboard.press("ArrowUp");
    await expect(page.getByText("Change 1235 is over position 1 of 6.")).toBeAttached();
    await page.keyboard.press("Space");
    await expect(rows(deployer).first()).toContainText("1235");
    await expect(author.page.getByText("Another person changed the order.")).toBeVisible();
    await expect(rows(author).first()).toContainText("1234");
    await author.page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(rows(author).first()).toContainText("1235");
  });

  await test.step("an author who is a viewer reports on their own changes only", async () => {
    await expect(row(author, 1236).getByRole("button")).toHaveCount(0);
    await author.page.getByRole("button", { name: "The author of change 1234 is not here" }).click();
    await expect(row(deployer, 1234)).toContainText("Author not here");
  });

  await test.step("two changes are deployed together, and both screens follow them", async () => {
    await page.getByLabel("Select change 1246").check();
    await page.getByLabel("Select change 1247").check();
    await page.getByRole("button", { name: "Deploy 2 changes together" }).click();
    for (const person of [deployer, author]) {
      await expect(row(person, 1246)).toContainText("Waiting for input");
      await expect(row(person, 1247)).toContainText("Waiting for input");
    }
    await expect(author.page.getByText(/2 in progress · 3 left · 1 without author/)).toBeVisible();
    await row(deployer, 1246).getByRole("link", { name: /^Job/ }).click();
    await deployer.job.answer("Backport the changes?", "No");
    await expect(row(author, 1247)).toContainText("Declined");
    await expect(author.page.getByText(/0 of 6 changes deployed · 2 unsuccessful/)).toBeVisible();
  });
});

test("the list of windows follows changes, and offers a new window without moving the others", async ({
  signedIn,
}) => {
  const { page } = await signedIn("deployer");
  const post = async (path: string, data: object) => {
    const headers = { origin: new URL(page.url()).origin };
    const response = await page.request.post(path, { data, headers });
    expect(response.status()).toBe(201);
    return (await response.json()) as { id: number };
  };
  const create = (title: string, inHours: number) => {
    const [startsAt, endsAt] = [inHours, inHours + 1].map((hours) =>
      new Date(Date.now() + hours * 3_600_000).toISOString(),
    );
    return post("/api/windows", { title, lane: "window-list", startsAt, endsAt });
  };
  await page.goto("/windows");
  const { id } = await create("Listed window", 2);
  await page.reload();
  const listed = page.getByRole("listitem").filter({ hasText: "Listed window" });
  await expect(listed).toContainText("0 changes");

  await post(`/api/windows/${id}/items`, { changes: ["1234"] });
  await expect(listed).toContainText("1 change");

  await create("Earlier window", 1);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("link", { name: "Earlier window" })).toBeVisible();
});

test("queued jobs are moved and removed together on the home page", async ({ signedIn, world }) => {
  const { page } = await signedIn("deployer");
  const lane = "queue-e2e";
  await aJob(world.db, { lane }).running();
  const ids: number[] = [];
  for (let count = 0; count < 3; count += 1) ids.push((await aJob(world.db, { lane }).queued()).id);
  const [first, second, third] = ids;
  await page.goto("/");
  const jobs = page
    .getByRole("region", { name: "Queued" })
    .getByRole("link", { name: new RegExp(`^Job (${ids.join("|")})$`) });
  await expect(jobs).toHaveText([`Job ${first}`, `Job ${second}`, `Job ${third}`]);

  await page.getByRole("button", { name: `Move job ${third} up` }).click();
  await expect(jobs).toHaveText([`Job ${first}`, `Job ${third}`, `Job ${second}`]);

  await page.getByLabel(`Select job ${third}`).check();
  await page.getByLabel(`Select job ${second}`).check();
  await page.getByRole("button", { name: "Remove selected…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove from queue" }).click();
  await expect(jobs).toHaveText([`Job ${first}`]);
});
