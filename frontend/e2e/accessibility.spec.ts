import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { addTask, box, expect, newTask, signUp, somebody, test } from "./fixtures.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function expectNoViolations(page: Page, where: string): Promise<void> {
  // What fades in is judged when it is there.
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {}))));
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  expect(found, where).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, async ({ page, stack }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const check = (where: string) => expectNoViolations(page, `${where}, ${colorScheme}`);
    await page.goto("/sign-in");
    await check("sign-in");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Enter your e-mail address.").waitFor();
    await check("sign-in with a fault");
    await page.goto("/sign-up");
    await check("sign-up");
    await page.goto("/nothing-here");
    await check("not found");
    await signUp(page);
    await check("no tasks");
    await addTask(page, "Buy milk");
    await addTask(page, "Call the bank");
    await box(page, "Call the bank").check();
    await check("tasks");
    await page.getByRole("button", { name: "Buy milk", exact: true }).click();
    await check("editing");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add a note" }).click();
    await check("adding with a note");
    await page.getByRole("button", { name: "Delete Call the bank" }).click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await check("deleted");
    await page.getByRole("button", { name: /Account of/ }).click();
    await page.getByRole("menuitem", { name: "Settings" }).waitFor();
    await check("menu");
    await page.keyboard.press("Escape");
    await page.goto("/settings");
    await check("settings");
    await page.getByRole("button", { name: "Delete account…" }).click();
    await page.getByRole("dialog").waitFor();
    await check("asked about the account");
    await stack.stopBackend();
    await page.goto("/tasks");
    await page.getByText("can’t be loaded right now").waitFor();
    await check("backend away");
    await stack.startBackend();
  });
}

/** Walks with the Tab key until the named thing has the focus. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  for (let steps = 0; steps < 40; steps++) {
    await page.keyboard.press(key);
    const focused = page.locator(":focus");
    const text = (await focused.count())
      ? await focused.evaluate((element) => {
          const labelled = element as HTMLInputElement;
          return element.getAttribute("aria-label") ?? labelled.labels?.[0]?.textContent ?? element.textContent ?? "";
        })
      : "";
    if (typeof name === "string" ? text.trim() === name : name.test(text)) {
      const outline = await focused.evaluate((element) => {
        const seen = (each: Element) => getComputedStyle(each).outlineStyle !== "none";
        return seen(element) || Boolean(element.parentElement?.closest("form,label"));
      });
      expect(outline, `${name} shows that it has the focus`).toBe(true);
      return;
    }
  }
  throw new Error(`the Tab key does not lead to ${name}`);
}

test("everything goes by keyboard alone", async ({ page }) => {
  const person = somebody();
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  await tabTo(page, "Create an account");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sign-up*");
  await expect(page.getByRole("button", { name: "Create account" })).toBeEnabled();
  await tabTo(page, "Name");
  await page.keyboard.type(person.name);
  await tabTo(page, "E-mail");
  await page.keyboard.type(person.email);
  await tabTo(page, "Password");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/tasks");

  await expect(newTask(page)).toBeVisible();
  await tabTo(page, "New task");
  for (const title of ["one", "two", "three"]) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
    await expect(box(page, title)).toBeEnabled();
  }
  await expect(newTask(page)).toBeFocused();

  await tabTo(page, "three");
  await page.keyboard.press("Space");
  await expect(box(page, "three")).toBeChecked();

  // Edit: into the editor with Enter, out of it with Enter, and back where one was.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Title")).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.type(" and a half");
  await page.keyboard.press("Enter");
  await expect(box(page, "three and a half")).toBeVisible();
  await expect(page.getByRole("button", { name: "three and a half", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("never mind");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "three and a half", exact: true })).toBeFocused();

  // Delete: the focus goes on to the next task; Undo is reached by its key.
  await tabTo(page, "Delete two");
  await page.keyboard.press("Enter");
  await expect(box(page, "two")).toHaveCount(0);
  await expect(box(page, "one")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(box(page, "two")).toBeVisible();
  await expect(page.getByRole("button", { name: "two", exact: true })).toBeFocused();

  // Filter, then out through the menu.
  await tabTo(page, "Done", "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/show=done/);
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await tabTo(page, /Account of/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Settings" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sign-in");
});

test("320 px are enough: nothing has to be scrolled sideways", async ({ page, stack }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const check = async (where: string) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, where).toBeLessThanOrEqual(320);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("main *, header *")]
        .filter((each) => each.getClientRects().length > 0 && !each.closest(".sr-only"))
        .filter((each) => each.getBoundingClientRect().right > 320.5)
        .map((each) => each.outerHTML.slice(0, 80)),
    );
    expect(cut, where).toEqual([]);
  };
  await page.goto("/sign-in");
  await check("sign-in");
  await page.goto("/sign-up");
  await check("sign-up");
  await signUp(page, { ...somebody("Wilhelmina Featherstonehaugh-Cholmondeley") });
  await check("no tasks");
  await addTask(page, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft");
  await check("tasks");
  await page.getByRole("button", { name: /^Donau/ }).click();
  await check("editing");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add a note" }).click();
  await check("adding with a note");
  await page.getByRole("button", { name: /^Delete Donau/ }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.waitForURL("**/settings");
  await check("settings");
  await stack.stopBackend();
  await page.goto("/tasks");
  await page.getByText("can’t be loaded right now").waitFor();
  await check("backend away");
  await stack.startBackend();
});

test("light, dark or as the system, and remembered", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await signUp(page);
  await page.goto("/settings");
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await background();
  await page.getByLabel("Light").check();
  const light = await background();
  expect(light).not.toBe(dark);
  await page.reload();
  expect(await background()).toBe(light);
  await page.getByLabel("As the system").check();
  expect(await background()).toBe(dark);
});
