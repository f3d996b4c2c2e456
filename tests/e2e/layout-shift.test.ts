// Nothing that can be pressed moves by itself, whatever arrives.
import type { Locator } from "@playwright/test";
import { transaction } from "#lib/db/connection.ts";
import { askInteraction } from "#lib/db/interactions.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh, setHeartbeatAge } from "../seed/heartbeats.ts";
import { expectStable, recordShifts } from "./support/layout-shift.ts";
import { storeReminder } from "./support/reminder.ts";
import { expect, test } from "./support/test.ts";

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 860 },
];

async function placesOf(buttons: Locator): Promise<unknown[]> {
  return Promise.all((await buttons.all()).map((button) => button.boundingBox()));
}

for (const size of SIZES) {
  test(`on the page of a job nothing moves, whatever arrives (${size.width} px)`, async ({
    signedIn,
    world,
  }) => {
    test.slow();
    const { id } = await aJob(world.db, { lane: `shift-${size.width}`, host: `shift-${size.width}` })
      .prints(...Array.from({ length: 200 }, (_, n) => `line ${n}`))
      .running();
    await keepHeartbeatFresh(world.db, id);
    const { page, job } = await signedIn("deployer", { viewport: size });
    const shifts = await recordShifts(page);
    await job.open(id);
    await expect(job.log).toContainText("line 199");
    await expect(page.getByRole("region", { name: "Current step" })).toBeVisible();
    const stop = page.getByRole("button", { name: "Stop" });
    const changes = page.getByRole("list", { name: "Change" }).getByRole("link");
    await expect(stop).toBeEnabled();
    const before = [...(await placesOf(stop)), ...(await placesOf(changes))];
    const pageIsSteady = async (when: string) => {
      expect([...(await placesOf(stop)), ...(await placesOf(changes))], when).toEqual(before);
      expectStable(await shifts(), when);
    };

    const { id: pendingId } = await transaction(world.db, (tx) =>
      askInteraction(tx, id, {
        ...QUESTIONS.choices,
        promptKey: "q",
        line: 200,
        askedAt: new Date(),
      }),
    );
    await job.isAsked("What do you want to do?");
    await expect(job.button("Retry testserver checks")).toBeEnabled();
    await pageIsSteady("the question");
    const answers = job.question.getByRole("button");
    const places = await placesOf(answers);
    const answersAreSteady = async (when: string) => {
      expect(await placesOf(answers), when).toEqual(places);
      await pageIsSteady(when);
    };

    await storeReminder(world.db, pendingId);
    await expect(job.question).toContainText("1 reminder");
    await answersAreSteady("a reminder");

    const other = await signedIn("second-deployer");
    await other.job.open(id);
    await expect(page.getByText("second-deployer", { exact: true })).toBeVisible();
    await answersAreSteady("another viewer");
    await other.page.close();

    await setHeartbeatAge(world.db, id, 60);
    await expect(page.getByText(/hasn’t responded/)).toBeVisible();
    await answersAreSteady("a worker that does not respond");
    await keepHeartbeatFresh(world.db, id);
    await expect(page.getByText(/hasn’t responded/)).toHaveCount(0);

    await page.context().setOffline(true);
    await expect(page.getByText(/Connection lost/)).toBeVisible();
    await answersAreSteady("a lost connection");
    await page.context().setOffline(false);
    await expect(page.getByText(/Connection lost/)).toHaveCount(0);
    await answersAreSteady("a restored connection");
  });

  test(`on the home page no answer moves, whatever arrives (${size.width} px)`, async ({
    signedIn,
    world,
  }) => {
    const lane = `shift-home-${size.width}`;
    const { id, pendingId } = await aJob(world.db, { lane, host: lane, at: new Date() }).waiting({
      on: "choices",
    });
    const other = await aJob(world.db, { lane: `${lane}-2`, host: lane, at: new Date() }).running();
    for (const job of [id, other.id]) await keepHeartbeatFresh(world.db, job);
    const { page, home } = await signedIn("admin", { viewport: size });
    const shifts = await recordShifts(page);
    await home.open();
    const card = page.getByRole("region", { name: `Question of job ${id}`, exact: true });
    await expect(card.getByRole("button").first()).toBeEnabled();
    const answers = card.getByRole("button");
    const places = await placesOf(answers);
    const isSteady = async (when: string) => {
      expect(await placesOf(answers), when).toEqual(places);
      expectStable(await shifts(), when);
    };

    await storeReminder(world.db, pendingId ?? 0);
    await expect(card).toContainText("1 reminder");
    await isSteady("a reminder");

    const freeze = (method: "PUT" | "DELETE") =>
      page.context().request.fetch(`/api/lanes/${lane}/freeze`, {
        method,
        headers: { origin: world.url },
        ...(method === "PUT" ? { data: { reason: "Holidays" } } : {}),
      });
    expect((await freeze("PUT")).status()).toBeLessThan(300);
    await expect(page.getByText("Holidays")).toBeVisible();
    await isSteady("a freeze");
    expect((await freeze("DELETE")).status()).toBeLessThan(300);
    await expect(page.getByText("Holidays")).toHaveCount(0);

    await page.context().setOffline(true);
    await expect(page.getByText(/Connection lost/)).toBeVisible();
    await isSteady("a lost connection");
    await page.context().setOffline(false);
    await expect(page.getByText(/Connection lost/)).toHaveCount(0);

    const below = page.getByRole("region", { name: /^(Deploy|Recent jobs)/ }).getByRole("link");
    const pressable = page.getByRole("searchbox").or(below);
    const before = await placesOf(pressable);
    await transaction(world.db, (tx) =>
      askInteraction(tx, other.id, { ...QUESTIONS.yes_no, promptKey: "q", line: 1, askedAt: new Date() }),
    );
    const asked = page.getByRole("region", { name: `Question of job ${other.id}`, exact: true });
    const show = page.getByRole("button", { name: "Show", exact: true });
    await expect(asked.or(show)).toBeVisible();
    expect(await placesOf(pressable), "another question").toEqual(before);
    await isSteady("another question");
    if (size.width >= 1200) return;
    await show.click();
    await expect(asked).toBeInViewport();
  });
}
