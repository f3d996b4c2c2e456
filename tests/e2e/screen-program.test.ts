// A real interactive program in a real terminal, used from a browser.
import path from "node:path";
import { expect, test } from "./support/test.ts";

test.beforeAll(({ world }) => world.reset({ program: path.join(import.meta.dirname, "fixtures/menu.ts") }));
test.afterAll(({ world }) => world.reset());

test("a menu and an editor can be used from a desktop and a phone, and their screens are not in the log", async ({
  signedIn,
}) => {
  const { page, home, job } = await signedIn("deployer");
  await home.open("/?changes=1234");
  await home.deploy("Deploy change 1234");
  await job.showsLiveScreen();
  await expect(job.screen).toContainText("❯ staging");

  await job.screen.click();
  await expect(job.question).toContainText("Keys go to the program.");
  await page.keyboard.press("ArrowDown");
  await expect(job.screen).toContainText("❯ production");
  await expect(job.question).toContainText("Keys go to the program.");
  await page.keyboard.press("Enter");
  await expect(job.screen).toContainText("Escape saves");

  const phone = await signedIn("second-deployer", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await phone.job.open(job.id);
  await phone.job.showsLiveScreen();
  await phone.job.question.getByRole("textbox", { name: "Type text" }).fill("release notes");
  await phone.job.button("Send").click();
  await expect(phone.job.screen).toContainText("release notes");
  await expect(job.screen).toContainText("release notes");
  await expect(job.question).toContainText("Keys go to the program.");
  await phone.job.button("Esc").click();

  await expect(job.question).toHaveCount(0);
  await expect(job.questions).toContainText("You pressed Down, Enter");
  await expect(job.questions).toContainText("second-deployer pressed “release notes”, Esc");
  await expect(job.log).toContainText("chosen production");
  await expect(job.log).toContainText('saved "release notes"');
  await expect(job.log).not.toContainText("Escape saves");
});
