import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, waitForAnimations } from "./fixtures.ts";

/** Pages look the same in both token modes, so tests of their appearance run in one (`playwright.config.ts`). */
export const APPEARANCE = { tag: "@appearance" };

/** The narrowest screen that pages must fit (WCAG 2.2, 1.4.10). */
export const NARROW = { width: 320, height: 640 };
export const WIDE = { width: 1280, height: 720 };

const ALL_RULES = {
  type: "tag" as const,
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** The rules that depend on the colors. */
const COLOR_RULES = { type: "rule" as const, values: ["color-contrast", "link-in-text-block"] };

/** The colors that users choose. The page keeps the last ones, in which all rules are checked. */
const COLORS = [
  { colorScheme: "dark", forcedColors: "active", rules: COLOR_RULES },
  { colorScheme: "light", forcedColors: "active", rules: COLOR_RULES },
  { colorScheme: "dark", forcedColors: "none", rules: COLOR_RULES },
  { colorScheme: "light", forcedColors: "none", rules: ALL_RULES },
] as const;

/** No axe violations in any colors, and nothing beyond the right edge. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const { rules, ...colors } of COLORS) {
    await page.emulateMedia({ ...colors, reducedMotion: "reduce" });
    // The contrast of an element that fades in is measured at full opacity.
    await waitForAnimations(page);
    const { violations } = await new AxeBuilder({ page }).options({ runOnly: rules }).analyze();
    const messages = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
    expect(messages, `${state}, ${JSON.stringify(colors)}`).toEqual([]);
  }
  const beyond = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [
      ...(scrollWidth > clientWidth ? [`page: ${scrollWidth} px`] : []),
      ...[...document.querySelectorAll<HTMLElement>("main *, header *, [role=dialog], [role=dialog] *")]
        .filter((element) => element.getClientRects().length > 0 && !element.closest(".sr-only"))
        .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
        .map((element) => element.outerHTML.slice(0, 80)),
    ];
  });
  expect(beyond, `${state}: beyond the right edge`).toEqual([]);
}
