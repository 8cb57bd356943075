import type { Page } from "@playwright/test";
import { addTask, expect, newTaskInput, newUser, signUp, taskCheckbox, test } from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW, WIDE } from "./page-checks.ts";

for (const size of [WIDE, NARROW]) {
  test(`pages of a width of ${size.width} px are accessible`, APPEARANCE, async ({ page, stack }) => {
    test.setTimeout(300_000);
    await page.setViewportSize(size);
    const check = (state: string) => expectAccessible(page, state);
    await page.goto("/sign-in");
    await check("sign-in");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("Enter your e-mail address.").waitFor();
    await check("sign-in with a field error");
    await page.goto("/sign-up");
    await check("sign-up");
    await page.goto("/nothing-here");
    await check("not found");
    await signUp(page, newUser("Wilhelmina Featherstonehaugh-Cholmondeley"));
    await check("empty list");
    await addTask(page, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft");
    await addTask(page, "Buy milk");
    await addTask(page, "Call the bank");
    await taskCheckbox(page, "Call the bank").check();
    await check("tasks");
    await page.getByRole("button", { name: /^Donau/ }).click();
    await check("editing");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add a note" }).click();
    await check("adding with a note");
    await page.getByRole("button", { name: "Delete Call the bank" }).click();
    // The message stays while the pointer is on it.
    await page.getByRole("button", { name: "Undo" }).hover();
    await check("deleted");
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
    await page.getByRole("button", { name: /Account of/ }).click();
    await page.getByRole("menuitem", { name: "Settings" }).waitFor();
    await check("menu");
    await page.keyboard.press("Escape");
    await page.goto("/settings");
    await check("settings");
    await page.getByRole("button", { name: "Delete account…" }).click();
    await page.getByRole("dialog").waitFor();
    await check("account deletion dialog");
    await stack.stopBackend();
    await page.goto("/tasks");
    await page.getByText("can’t be loaded right now").waitFor();
    await check("backend unreachable");
    await stack.startBackend();
  });
}

test("states are visible in forced colors", APPEARANCE, async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await taskCheckbox(page, "Buy milk").check();
  await page.emulateMedia({ forcedColors: "active" });
  const checkMark = page.locator("input[type=checkbox]:checked + svg");
  await expect(checkMark).toHaveCSS(
    "color",
    await page.locator("body").evaluate((body) => getComputedStyle(body).color),
  );
  await expect(page.getByRole("link", { name: "All", exact: true })).toHaveCSS("text-decoration-line", "underline");
  await expect(page.getByRole("link", { name: "Open", exact: true })).toHaveCSS("text-decoration-line", "none");
  await expect(page.getByRole("button", { name: "Add", exact: true })).toHaveCSS("border-top-width", "1px");
});

/** Presses the key until the element with this name has the focus, and checks that the focus is visible. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    const focused = page.locator(":focus");
    const text = (await focused.count())
      ? await focused.evaluate((element) => {
          const label = (element as HTMLInputElement).labels?.[0]?.textContent;
          return element.getAttribute("aria-label") ?? label ?? element.textContent ?? "";
        })
      : "";
    if (typeof name === "string" ? text.trim() === name : name.test(text)) {
      const hasOutline = await focused.evaluate((element) => {
        const isOutlined = getComputedStyle(element).outlineStyle !== "none";
        return isOutlined || Boolean(element.parentElement?.closest("form,label"));
      });
      expect(hasOutline, `${name} shows the focus`).toBe(true);
      return;
    }
  }
  throw new Error(`${key} does not reach ${name}`);
}

test("all features are usable with the keyboard alone", async ({ page }) => {
  const user = newUser();
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
  await tabTo(page, "Create an account");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sign-up*");
  await expect(page.getByRole("button", { name: "Create account" })).toBeEnabled();
  await tabTo(page, "Name");
  await page.keyboard.type(user.name);
  await tabTo(page, "E-mail");
  await page.keyboard.type(user.email);
  await tabTo(page, "Password");
  await page.keyboard.type(user.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/tasks");

  await expect(newTaskInput(page)).toBeVisible();
  await tabTo(page, "New task");
  for (const title of ["one", "two", "three"]) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
    await expect(taskCheckbox(page, title)).toBeEnabled();
  }
  await expect(newTaskInput(page)).toBeFocused();

  await tabTo(page, "three");
  await page.keyboard.press("Space");
  await expect(taskCheckbox(page, "three")).toBeChecked();

  // Edit: Enter opens and saves the editor; the focus returns to the title.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Title")).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.type(" and a half");
  await page.keyboard.press("Enter");
  await expect(taskCheckbox(page, "three and a half")).toBeVisible();
  await expect(page.getByRole("button", { name: "three and a half", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("never mind");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "three and a half", exact: true })).toBeFocused();

  // Delete: the focus moves to the next task; the shortcut undoes it.
  await tabTo(page, "Delete two");
  await page.keyboard.press("Enter");
  await expect(taskCheckbox(page, "two")).toHaveCount(0);
  await expect(taskCheckbox(page, "one")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(taskCheckbox(page, "two")).toBeVisible();
  await expect(page.getByRole("button", { name: "two", exact: true })).toBeFocused();

  // Filter, then sign out from the menu.
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

test("chosen color theme is applied and persists after a reload", APPEARANCE, async ({ page }) => {
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
