import type { Page } from "@playwright/test";
import { addButton, addTask, expect, newTaskInput, signUp, taskCheckbox, test } from "./fixtures.ts";
import { APPEARANCE } from "./page-checks.ts";

/** Delays the scripts of all later pages until the returned function is called, so only the server's HTML is present. */
async function delayScripts(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/_next/static/**/*.js*", async (route) => {
    await released;
    await route.fallback();
  });
  return release;
}

test("text typed before hydration is kept", async ({ page }) => {
  await signUp(page);
  const releaseScripts = await delayScripts(page);
  await page.reload({ waitUntil: "commit" });
  await newTaskInput(page).click();
  await page.keyboard.type("Typed before hydration");
  // Without scripts, Enter could submit the form natively.
  await page.keyboard.press("Enter");
  releaseScripts();
  await expect(addButton(page)).toBeEnabled();
  await expect(newTaskInput(page)).toHaveValue("Typed before hydration");
  await newTaskInput(page).press("Enter");
  await expect(taskCheckbox(page, "Typed before hydration")).toBeEnabled();
});

test("checkbox is disabled before hydration", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const releaseScripts = await delayScripts(page);
  await page.reload({ waitUntil: "commit" });
  await expect(taskCheckbox(page, "Buy milk")).toBeDisabled();
  // A click at its position has no effect. Playwright's own click would wait until the checkbox is enabled.
  await taskCheckbox(page, "Buy milk").click({ force: true });
  await expect(taskCheckbox(page, "Buy milk")).not.toBeChecked();
  const response = page.waitForResponse((response) => response.request().method() === "PATCH");
  const checked = taskCheckbox(page, "Buy milk").check();
  releaseScripts();
  await checked;
  await response;
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
});

for (const [path, fields] of [
  ["/sign-in", ["E-mail", "Password"]],
  ["/sign-up", ["Name", "E-mail", "Password"]],
  ["/tasks", ["New task"]],
  ["/settings", ["Current password", "New password"]],
] as const) {
  test(
    `${path} before hydration enables only text fields and looks as it does afterwards`,
    APPEARANCE,
    async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      if (path === "/tasks" || path === "/settings") {
        await signUp(page);
        await addTask(page, "Buy milk");
      }
      const releaseScripts = await delayScripts(page);
      await page.goto(path, { waitUntil: "commit" });
      const enabled = page.locator("main, header").locator(":is(button, input, select, textarea):enabled:visible");
      const names = () =>
        enabled.evaluateAll((elements) =>
          elements.map(
            (each) => each.getAttribute("aria-label") ?? (each as HTMLInputElement).labels?.[0]?.textContent,
          ),
        );
      await expect.poll(names).toEqual(fields);
      // Times are hidden: the server renders them without the time zone of the user.
      const takeScreenshot = () => page.screenshot({ style: "time { visibility: hidden }" });
      const before = await takeScreenshot();
      releaseScripts();
      await expect.poll(() => enabled.count()).toBeGreaterThan(fields.length);
      expect(before.equals(await takeScreenshot())).toBe(true);
    },
  );
}
