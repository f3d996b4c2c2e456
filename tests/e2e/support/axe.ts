import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const THEMES = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  "forced colours": { colorScheme: "light", forcedColors: "active" },
} as const;

/** Fails with the rule and the element of every violation, in both themes and, if wanted, with forced colours. */
export async function expectAccessible(page: Page, { hasForcedColours = false } = {}): Promise<void> {
  for (const [theme, media] of Object.entries(THEMES)) {
    if (theme === "forced colours" && !hasForcedColours) continue;
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    // A busy machine may not have applied the new theme to all elements yet.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    const reports = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
    );
    expect(reports, `violations in the ${theme} theme`).toEqual([]);
  }
  await page.emulateMedia({ forcedColors: "none" });
}
