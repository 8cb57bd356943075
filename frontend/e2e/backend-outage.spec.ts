import { addTask, expect, newTaskInput, signUp, taskCheckbox, test } from "./fixtures.ts";

/** A change fails after two retries, at least two seconds apart. */
const RETRIES_EXHAUSTED = { timeout: 20_000 };

test.afterEach(async ({ stack }) => {
  await stack.stopBackend();
  await stack.startBackend();
});

test("changes during a backend outage are reverted with a message and work again afterwards", async ({
  page,
  stack,
}) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await stack.stopBackend();

  await taskCheckbox(page, "Buy milk").click();
  await expect(page.getByText("“Buy milk” is as it was.")).toBeVisible(RETRIES_EXHAUSTED);
  await expect(taskCheckbox(page, "Buy milk")).not.toBeChecked();
  await expect(page.getByRole("status").filter({ hasText: "The server can’t be reached." })).toBeVisible();
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible();

  await newTaskInput(page).fill("Call the bank");
  await newTaskInput(page).press("Enter");
  await expect(page.getByText("“Call the bank” was not added.")).toBeVisible(RETRIES_EXHAUSTED);
  await expect(taskCheckbox(page, "Call the bank")).toHaveCount(0);

  await stack.startBackend();
  await expect(page.getByRole("status").filter({ hasText: "The server can’t be reached." })).toHaveCount(0);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(taskCheckbox(page, "Call the bank")).toBeEnabled();
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(2);
});

test("page opened during a backend outage loads the tasks when the backend is back", async ({ page, stack }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await stack.stopBackend();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Your tasks can’t be loaded right now" })).toBeVisible();
  await stack.startBackend();
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible();
});

test("task whose deletion fails is shown again", async ({ page, stack }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await expect(taskCheckbox(page, "Buy milk")).toHaveCount(0);
  await stack.stopBackend();
  await page.getByRole("link", { name: "Todo" }).focus();
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible(RETRIES_EXHAUSTED);
  await expect(page.getByText("could not be deleted")).toBeVisible();
});
