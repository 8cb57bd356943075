import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, waitForAnimations } from "./fixtures.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

type Layout = { name: string; apply: (page: Page) => Promise<void> };

/** The colors that users choose, and the narrowest screen (WCAG 2.2, 1.4.10). */
export const LAYOUTS: Layout[] = [
  { name: "light", apply: (page) => page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" }) },
  { name: "dark", apply: (page) => page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" }) },
  { name: "forced colors", apply: (page) => page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" }) },
  { name: "320 px wide", apply: (page) => page.setViewportSize({ width: 320, height: 640 }) },
];

/** For tests that change the colors of an open page, where a value that is left out stays as it was. */
export const COLORS = [
  { colorScheme: "light", forcedColors: "none" },
  { colorScheme: "dark", forcedColors: "none" },
  { colorScheme: "light", forcedColors: "active" },
] as const;

/** No axe violations, and nothing beyond the right edge. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  // The contrast of an element that fades in is measured at full opacity.
  await waitForAnimations(page);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const messages = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  expect(messages, state).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${state}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
}
