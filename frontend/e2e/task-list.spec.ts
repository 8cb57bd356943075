import type { Page } from "@playwright/test";
import { addTask, expect, fetchToken, newTaskInput, signUp, taskCheckbox, test, waitForWrite } from "./fixtures.ts";

/** Creates tasks through the API; the open page is not notified. */
async function createTasks(page: Page, titles: string[]): Promise<void> {
  const { token, userId } = await fetchToken(page);
  for (const title of titles) {
    const response = await page.request.post(`/api/${userId}/tasks`, {
      data: { title },
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status()).toBe(201);
  }
}

test("filter is part of the URL", async ({ page }) => {
  await signUp(page);
  await addTask(page, "open one");
  await addTask(page, "done one");
  const completed = waitForWrite(page, "PATCH");
  await taskCheckbox(page, "done one").check();
  await completed;

  await page.getByRole("link", { name: "Open", exact: true }).click();
  await expect(page).toHaveURL(/\?show=open$/);
  await expect(taskCheckbox(page, "done one")).toHaveCount(0);
  await page.getByRole("link", { name: "Done", exact: true }).click();
  await expect(taskCheckbox(page, "done one")).toBeVisible();
  await expect(taskCheckbox(page, "open one")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("link", { name: "Done", exact: true })).toHaveAttribute("aria-current", "page");
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await taskCheckbox(page, "done one").click();
  await expect(page.getByRole("heading", { name: "Nothing done yet" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\?show=open$/);
  await expect(page.getByRole("checkbox")).toHaveCount(2);
});

test("first page of tasks is rendered on the server", async ({ page, browser, stack }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const context = await browser.newContext({
    baseURL: stack.baseUrl,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const pageWithoutScripts = await context.newPage();
  await pageWithoutScripts.goto("/tasks");
  expect(await pageWithoutScripts.content()).toContain("Buy milk");
  await context.close();
});

test("long list loads more tasks when scrolled", async ({ page }) => {
  await signUp(page);
  const titles = Array.from({ length: 120 }, (_, index) => `task ${index + 1}`);
  await createTasks(page, titles);
  await page.reload();
  await expect(taskCheckbox(page, "task 120")).toBeVisible();
  await expect(taskCheckbox(page, "task 1")).toHaveCount(0);
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    await expect(taskCheckbox(page, "task 1")).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole("checkbox")).toHaveCount(120);
});

test("task changed in another tab is not overwritten without confirmation", async ({ page, context }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const other = await context.newPage();
  await other.goto("/tasks");

  const taskLoaded = page.waitForResponse((response) => /\/tasks\/\d+$/.test(response.url()));
  await page.getByRole("button", { name: "Buy milk", exact: true }).click();
  await taskLoaded;
  await other.getByRole("button", { name: "Buy milk", exact: true }).click();
  await other.getByLabel("Title").fill("Buy oat milk");
  const updated = waitForWrite(other, "PUT");
  await other.getByRole("button", { name: "Save" }).click();
  await updated;
  await expect(taskCheckbox(other, "Buy oat milk")).toBeVisible();

  await page.getByLabel("Title").fill("Buy two litres of milk");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("It was changed somewhere else meanwhile. Yours is still here.")).toBeVisible();
  await expect(page.getByLabel("Title")).toHaveValue("Buy two litres of milk");
  await page.getByRole("button", { name: "Save mine" }).click();
  await expect(taskCheckbox(page, "Buy two litres of milk")).toBeVisible();
  // The other tab is notified.
  await expect(taskCheckbox(other, "Buy two litres of milk")).toBeVisible();
});

test("edit of a task that the page itself is completing is no conflict", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/complete", async (route) => {
    await released;
    await route.continue();
  });

  await taskCheckbox(page, "Buy milk").check();
  await page.getByRole("button", { name: "Buy milk", exact: true }).click();
  await page.getByLabel("Title").fill("Buy oat milk");
  const completed = page.waitForResponse("**/complete");
  release();
  await completed;
  await page.getByRole("button", { name: "Save" }).click();
  await expect(taskCheckbox(page, "Buy oat milk")).toBeChecked();
  await expect(page.getByText("It was changed somewhere else meanwhile.")).toHaveCount(0);
});

test("retry after a lost response creates no second task", async ({ page }) => {
  await signUp(page);
  let lostResponses = 0;
  await page.route("**/tasks", async (route) => {
    if (route.request().method() !== "POST" || lostResponses > 0) return route.fallback();
    lostResponses += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await newTaskInput(page).fill("Buy milk");
  await newTaskInput(page).press("Enter");
  await expect(taskCheckbox(page, "Buy milk")).toBeEnabled();
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  expect(lostResponses).toBe(1);
});

test("pending deletion is completed when the user leaves the page", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await page.getByRole("link", { name: "Back to the tasks" }).click();
  await expect(page.getByRole("heading", { name: "Nothing to do yet" })).toBeVisible();
});

test("title keeps every character and is not interpreted as markup", async ({ page }) => {
  await signUp(page);
  const title = `<img src=x onerror=alert(1)> “ça va” 🍉 & \\n 'x'`;
  await addTask(page, title);
  await page.reload();
  await expect(taskCheckbox(page, title)).toBeVisible();
  await newTaskInput(page).fill("x".repeat(256));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Use at most 255 characters" })).toBeVisible();
});

test("checked task is shown as checked without waiting for a timer", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await page.evaluate(() => {
    window.setTimeout = (() => 0) as unknown as typeof setTimeout;
  });
  await taskCheckbox(page, "Buy milk").check();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
});
