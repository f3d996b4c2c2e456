import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const THEMES = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  "forced colours": { colorScheme: "light", forcedColors: "active" },
} as const;

/** The rules whose result depends on colours. Everything else about a page is the same in all themes. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** Fails with the rule and the element of every violation, in both themes and, if wanted, with forced colours. */
export async function expectAccessible(page: Page, { hasForcedColours = false } = {}): Promise<void> {
  for (const [theme, media] of Object.entries(THEMES)) {
    if (theme === "forced colours" && !hasForcedColours) continue;
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    // A busy machine may not have applied the new theme to all elements yet.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    // Legacy mode opens no second page for each analysis. It is for pages without frames from other sites.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (theme === "light" ? axe : axe.withRules(COLOUR_RULES)).analyze();
    const reports = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
    );
    expect(reports, `violations in the ${theme} theme`).toEqual([]);
  }
  await page.emulateMedia({ forcedColors: "none" });
}
