import { addTask, box, expect, newTask, signUp, test } from "./fixtures.ts";

/** A change is given up after two more tries, two seconds apart and more where the machine is busy. */
const GIVING_UP = { timeout: 20_000 };

test.afterEach(async ({ stack }) => {
  await stack.stopBackend();
  await stack.startBackend();
});

test("a backend that is down is said, changes are taken back, and all goes on when it is up", async ({
  page,
  stack,
}) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await stack.stopBackend();

  await box(page, "Buy milk").click();
  await expect(page.getByText("“Buy milk” is as it was.")).toBeVisible(GIVING_UP);
  await expect(box(page, "Buy milk")).not.toBeChecked();
  await expect(page.getByRole("status").filter({ hasText: "The server can’t be reached." })).toBeVisible();
  await expect(box(page, "Buy milk")).toBeVisible();

  await newTask(page).fill("Call the bank");
  await newTask(page).press("Enter");
  await expect(page.getByText("“Call the bank” was not added.")).toBeVisible(GIVING_UP);
  await expect(box(page, "Call the bank")).toHaveCount(0);

  await stack.startBackend();
  await expect(page.getByRole("status").filter({ hasText: "The server can’t be reached." })).toHaveCount(0);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(box(page, "Call the bank")).toBeEnabled();
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(2);
});

test("a page that is opened while the backend is down fills itself when it is up", async ({ page, stack }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await stack.stopBackend();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Your tasks can’t be loaded right now" })).toBeVisible();
  await stack.startBackend();
  await expect(box(page, "Buy milk")).toBeVisible();
});

test("a task whose deletion fails comes back", async ({ page, stack }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await expect(box(page, "Buy milk")).toHaveCount(0);
  await stack.stopBackend();
  await page.getByRole("link", { name: "Todo" }).focus();
  await expect(box(page, "Buy milk")).toBeVisible(GIVING_UP);
  await expect(page.getByText("could not be deleted")).toBeVisible();
});
