import type { Page } from "@playwright/test";
import { addTask, box, expect, newTask, signUp, test } from "./fixtures.ts";

/** Adds tasks behind the page's back, as another device would. */
async function addMany(page: Page, titles: string[]): Promise<void> {
  const { token } = await (await page.request.get("/api/auth/api-token")).json();
  const { sub } = JSON.parse(atob(token.split(".")[1]));
  for (const title of titles) {
    const answer = await page.request.post(`/api/${sub}/tasks`, {
      data: { title },
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status()).toBe(201);
  }
}

test("the filter stands in the address", async ({ page }) => {
  await signUp(page);
  await addTask(page, "open one");
  await addTask(page, "done one");
  await box(page, "done one").check();

  await page.getByRole("link", { name: "Open", exact: true }).click();
  await expect(page).toHaveURL(/\?show=open$/);
  await expect(box(page, "done one")).toHaveCount(0);
  await page.getByRole("link", { name: "Done", exact: true }).click();
  await expect(box(page, "done one")).toBeVisible();
  await expect(box(page, "open one")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("link", { name: "Done", exact: true })).toHaveAttribute("aria-current", "page");
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await box(page, "done one").click();
  await expect(page.getByRole("heading", { name: "Nothing done yet" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\?show=open$/);
  await expect(page.getByRole("checkbox")).toHaveCount(2);
});

test("the first page is in the HTML before any script runs", async ({ page, browser, stack }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const context = await browser.newContext({
    baseURL: stack.baseUrl,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto("/tasks");
  expect(await plain.content()).toContain("Buy milk");
  await context.close();
});

test("a long list goes on by itself", async ({ page }) => {
  await signUp(page);
  const titles = Array.from({ length: 120 }, (_, at) => `task ${at + 1}`);
  await addMany(page, titles);
  await page.reload();
  await expect(box(page, "task 120")).toBeVisible();
  await expect(box(page, "task 1")).toHaveCount(0);
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    await expect(box(page, "task 1")).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole("checkbox")).toHaveCount(120);
});

test("a task that was changed elsewhere is not overwritten unasked", async ({ page, context }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const other = await context.newPage();
  await other.goto("/tasks");

  const isRead = page.waitForResponse((answer) => /\/tasks\/\d+$/.test(answer.url()));
  await page.getByRole("button", { name: "Buy milk", exact: true }).click();
  await isRead;
  await other.getByRole("button", { name: "Buy milk", exact: true }).click();
  await other.getByLabel("Title").fill("Buy oat milk");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(box(other, "Buy oat milk")).toBeVisible();

  await page.getByLabel("Title").fill("Buy two litres of milk");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("It was changed somewhere else meanwhile. Yours is still here.")).toBeVisible();
  await expect(page.getByLabel("Title")).toHaveValue("Buy two litres of milk");
  await page.getByRole("button", { name: "Save mine" }).click();
  await expect(box(page, "Buy two litres of milk")).toBeVisible();
  // The other tab hears of it.
  await expect(box(other, "Buy two litres of milk")).toBeVisible();
});

test("a retry after a lost answer adds no second task", async ({ page }) => {
  await signUp(page);
  let lost = 0;
  await page.route("**/tasks", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await newTask(page).fill("Buy milk");
  await newTask(page).press("Enter");
  await expect(box(page, "Buy milk")).toBeEnabled();
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  expect(lost).toBe(1);
});

test("a deletion that could still be undone is finished when the page is left", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await page.getByRole("link", { name: "Back to the tasks" }).click();
  await expect(page.getByRole("heading", { name: "Nothing to do yet" })).toBeVisible();
});

test("titles and notes keep every character, and run no markup", async ({ page }) => {
  await signUp(page);
  const title = `<img src=x onerror=alert(1)> “ça va” 🍉 & \\n 'x'`;
  await addTask(page, title);
  await page.reload();
  await expect(box(page, title)).toBeVisible();
  await newTask(page).fill("x".repeat(256));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Use at most 255 characters" })).toBeVisible();
});

test("a tick is seen at once, whenever timers run", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await page.evaluate(() => {
    window.setTimeout = (() => 0) as unknown as typeof setTimeout;
  });
  await box(page, "Buy milk").check();
  await expect(box(page, "Buy milk")).toBeChecked();
});
