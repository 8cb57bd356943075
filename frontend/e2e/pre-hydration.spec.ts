import type { Page } from "@playwright/test";
import { addButton, addTask, box, expect, newTask, signUp, test } from "./fixtures.ts";

/** Keeps the scripts of the pages to come on their way until it is called: the server's HTML is there, nothing listens. */
async function holdScripts(page: Page): Promise<() => void> {
  let letIn = () => {};
  const isLetIn = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  await page.route("**/_next/static/**/*.js*", async (route) => {
    await isLetIn;
    await route.fallback();
  });
  return letIn;
}

test("what is typed before the page listens is kept", async ({ page }) => {
  await signUp(page);
  const letScriptsIn = await holdScripts(page);
  await page.reload({ waitUntil: "commit" });
  await newTask(page).click();
  await page.keyboard.type("Typed as soon as possible");
  // Without a script this could send the form the browser's way.
  await page.keyboard.press("Enter");
  letScriptsIn();
  await expect(addButton(page)).toBeEnabled();
  await expect(newTask(page)).toHaveValue("Typed as soon as possible");
  await newTask(page).press("Enter");
  await expect(box(page, "Typed as soon as possible")).toBeEnabled();
});

test("a box cannot be ticked before the page listens: it would look done and not be", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const letScriptsIn = await holdScripts(page);
  await page.reload({ waitUntil: "commit" });
  const { x, y, width, height } = (await box(page, "Buy milk").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.click(x + width / 2, y + height / 2);
  await expect(box(page, "Buy milk")).not.toBeChecked();
  const isKept = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  const isTicked = box(page, "Buy milk").check();
  letScriptsIn();
  await isTicked;
  await isKept;
  await page.reload();
  await expect(box(page, "Buy milk")).toBeChecked();
});

for (const [path, fields] of [
  ["/sign-in", ["E-mail", "Password"]],
  ["/sign-up", ["Name", "E-mail", "Password"]],
  ["/tasks", ["New task"]],
  ["/settings", ["Current password", "New password"]],
] as const) {
  test(`before ${path} listens only what keeps its text can be used, and it looks the same then`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    if (path === "/tasks" || path === "/settings") {
      await signUp(page);
      await addTask(page, "Buy milk");
    }
    const letScriptsIn = await holdScripts(page);
    await page.goto(path, { waitUntil: "commit" });
    const usable = page.locator("main, header").locator(":is(button, input, select, textarea):enabled:visible");
    const names = () =>
      usable.evaluateAll((all) =>
        all.map((each) => each.getAttribute("aria-label") ?? (each as HTMLInputElement).labels?.[0]?.textContent),
      );
    await expect.poll(names).toEqual(fields);
    // The one thing that changes: the hour in the reader's time zone, which the server does not know.
    const look = () => page.screenshot({ style: "time { visibility: hidden }" });
    const early = await look();
    letScriptsIn();
    await expect.poll(() => usable.count()).toBeGreaterThan(fields.length);
    expect(early.equals(await look())).toBe(true);
  });
}
