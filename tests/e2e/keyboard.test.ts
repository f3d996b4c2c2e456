// Whoever uses the keyboard, or hears the page instead of seeing it, knows where he is and what is asked.
import type { Locator } from "@playwright/test";
import { transaction } from "#lib/db/connection.ts";
import { askInteraction } from "#lib/db/interactions.ts";
import { finishJob } from "#lib/db/runs.ts";
import { aJob } from "../support/seed.ts";
import { QUESTIONS } from "../support/seed-questions.ts";
import { keepHeard } from "../support/silence.ts";
import { expect, test, type Person } from "./support/story.ts";

/** What has the keyboard: the job that it belongs to, and whether it is a button. */
function place({ page }: Person) {
  return expect.poll(() =>
    page.evaluate(() => {
      const focused = document.activeElement;
      return {
        job: Number(focused?.closest<HTMLElement>("[data-job]")?.dataset["job"]),
        isButton: focused?.tagName === "BUTTON",
      };
    }),
  );
}

/** Once it takes a press. */
async function pressEnter(button: Locator): Promise<void> {
  await expect(button).toBeEnabled();
  await button.press("Enter");
}

for (const [index, where] of ["the home page", "its own page"].entries()) {
  test(`on ${where} the keyboard stays with the job, from the answer to the next question and to the end`, async ({
    signedIn,
    world,
  }) => {
    const { id } = await aJob(world.db, { lane: `place-${index}` }).waiting({ on: "choices" });
    // Word of a silent worker would move the buttons, and none takes a press at once after that.
    await keepHeard(world.db, id);
    await aJob(world.db, { lane: `past-${index}` }).succeeded();
    const person = await signedIn("deployer");
    const { page, home, job } = person;
    await (where === "the home page" ? home.open() : job.open(id));
    const question = page.getByRole("region", { name: `Question of job ${id}`, exact: true });

    await pressEnter(question.getByRole("button", { name: "Retry testserver checks" }));
    await expect(question).toHaveCount(0);
    await place(person).toEqual({ job: id, isButton: false });

    await transaction(world.db, (tx) =>
      askInteraction(tx, id, { ...QUESTIONS.choices, promptKey: "the next", askedAt: new Date() }),
    );
    await expect(question).toBeVisible();
    await place(person).toEqual({ job: id, isButton: false });

    // A dangerous answer is confirmed in a dialog, which goes too.
    await pressEnter(question.getByRole("button", { name: /Roll back/ }));
    await pressEnter(job.confirmation.getByRole("button", { name: /Roll back/ }));
    await expect(question).toHaveCount(0);
    await place(person).toEqual({ job: id, isButton: false });

    // Elsewhere meanwhile, it is left alone.
    if (where === "the home page") {
      await page.getByRole("searchbox").focus();
      await transaction(world.db, (tx) =>
        finishJob(
          tx,
          { jobId: id, epoch: 1 },
          { state: "failed", outcome: "rolled_back", exitCode: 1, exitSignal: null, at: new Date() },
        ),
      );
      await expect(
        home.section("Recent jobs").getByRole("link", { name: `Job ${id}`, exact: true }),
      ).toBeVisible();
      await expect(page.getByRole("searchbox")).toBeFocused();
    }
  });
}

test("a question that arrives is said to whoever hears the home page, and it alone", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "said" }).running();
  const before = await aJob(world.db, { lane: "said-before" }).waiting({ on: "yes_no" });
  for (const job of [id, before.id]) await keepHeard(world.db, job);
  const { page, home } = await signedIn("deployer");
  await home.open();
  const said = page.locator("[aria-live=assertive] p");
  await expect(said.first()).toBeAttached();
  await said.evaluateAll((lines) => lines.forEach((line) => line.setAttribute("data-old", "")));

  await transaction(world.db, (tx) =>
    askInteraction(tx, id, { ...QUESTIONS.yes_no, promptKey: "said", askedAt: new Date() }),
  );

  await expect(page.locator("[aria-live=assertive] p:not([data-old])")).toHaveText([
    `Job ${id} asks: Backport the changes?`,
  ]);
});
