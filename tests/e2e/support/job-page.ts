import { expect, type Locator, type Page } from "@playwright/test";

export class JobPage {
  readonly #page: Page;
  readonly question: Locator;
  /** The live screen of an interactive program. */
  readonly screen: Locator;
  readonly log: Locator;
  readonly confirmation: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.question = page.getByRole("region", { name: /^Question of job/ });
    this.screen = page.getByRole("region", { name: /^Screen of job/ });
    this.log = page.getByRole("region", { name: /^Output of job/ });
    this.confirmation = page.getByRole("alertdialog");
  }

  async open(id: number): Promise<void> {
    await this.#page.goto(`/jobs/${id}`);
  }

  get id(): number {
    return Number(/\/jobs\/(\d+)/.exec(this.#page.url())?.[1]);
  }

  button(name: string | RegExp): Locator {
    return this.question.getByRole("button", { name, exact: true });
  }

  async isAsked(text: string | RegExp): Promise<void> {
    await expect(this.question).toContainText(text);
  }

  /** Waits for the question, then answers it. */
  async answer(question: string | RegExp, answer: string | RegExp): Promise<void> {
    await this.isAsked(question);
    await this.button(answer).click();
  }

  /** Confirms a destructive answer. */
  async confirm(answer: string | RegExp): Promise<void> {
    await this.confirmation.getByRole("button", { name: answer }).click();
  }

  /** Waits for the live screen, which replaces the snapshot in the question. Only the live screen has a cursor. */
  async showsLiveScreen(): Promise<void> {
    await expect(this.screen.locator("[data-cursor]")).toBeAttached();
  }

  async isIn(state: string): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1 }).locator("..")).toContainText(state);
  }

  get questions(): Locator {
    return this.#page.getByRole("region", { name: "Questions" });
  }
}
