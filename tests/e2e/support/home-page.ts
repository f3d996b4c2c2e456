import { expect, type Locator, type Page } from "@playwright/test";

export class HomePage {
  readonly #page: Page;
  readonly search: Locator;
  readonly selected: Locator;
  readonly refusals: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.search = page.getByRole("combobox", { name: /Change number/ });
    this.selected = page.getByRole("list", { name: "Selected changes" });
    this.refusals = page.getByRole("list", { name: "Refused changes" });
  }

  async open(path = "/"): Promise<void> {
    await this.#page.goto(path);
  }

  /** Types the text and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.search.fill(text);
    await this.search.press("Enter");
  }

  async select(...numbers: number[]): Promise<void> {
    for (const number of numbers) {
      await this.enter(String(number));
      await expect(this.selected).toContainText(String(number));
    }
  }

  /** @param label the expected label of the button. */
  async deploy(label: string): Promise<void> {
    await this.#page.getByRole("button", { name: label, exact: true }).click();
    await this.#page.waitForURL(/\/jobs\/\d+$/);
  }

  section(name: string): Locator {
    return this.#page.getByRole("region", { name: new RegExp(`^${name}`) });
  }
}
