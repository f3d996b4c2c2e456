import { expect, type Locator, type Page } from "@playwright/test";

export class HomePage {
  readonly #page: Page;
  readonly entry: Locator;
  readonly chosen: Locator;
  readonly refusals: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.entry = page.getByRole("combobox", { name: /Change number/ });
    this.chosen = page.getByRole("list", { name: "Chosen changes" });
    this.refusals = page.getByRole("list", { name: "Refused changes" });
  }

  async open(path = "/"): Promise<void> {
    await this.#page.goto(path);
  }

  /** Types it and presses Enter, as one who knows the number does. */
  async enter(text: string): Promise<void> {
    await this.entry.fill(text);
    await this.entry.press("Enter");
  }

  async choose(...numbers: number[]): Promise<void> {
    for (const number of numbers) {
      await this.enter(String(number));
      await expect(this.chosen).toContainText(String(number));
    }
  }

  /** @param label what the button must say before it is pressed. */
  async deploy(label: string): Promise<void> {
    await this.#page.getByRole("button", { name: label, exact: true }).click();
    await this.#page.waitForURL(/\/jobs\/\d+$/);
  }

  section(name: string): Locator {
    return this.#page.getByRole("region", { name: new RegExp(`^${name}`) });
  }
}
