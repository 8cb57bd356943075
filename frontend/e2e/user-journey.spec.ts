import { addTask, expect, newTaskInput, newUser, signIn, signOut, signUp, taskCheckbox, test } from "./fixtures.ts";

const MAX_SIGN_UP_SECONDS = 60;
const MAX_SIGN_IN_SECONDS = 30;

const secondsSince = (start: number) => (performance.now() - start) / 1000;

test("new user signs up, adds, completes, edits, deletes and restores tasks, signs out and signs in again", async ({
  page,
}) => {
  const user = newUser();
  const signUpStart = performance.now();
  await signUp(page, user);
  await expect(newTaskInput(page)).toBeVisible();
  const signUpSeconds = secondsSince(signUpStart);
  await expect(page.getByRole("heading", { name: "Nothing to do yet" })).toBeVisible();

  await addTask(page, "Buy milk");
  await addTask(page, "Call the bank");
  await addTask(page, "Water the fig tree");
  await taskCheckbox(page, "Buy milk").check();

  await page.getByRole("button", { name: "Call the bank", exact: true }).click();
  await page.getByLabel("Title").fill("Call the bank about the card");
  await page.getByLabel("Note", { exact: true }).fill("Before noon.\nAsk for Mara.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Ask for Mara.")).toBeVisible();

  await page.getByRole("button", { name: "Delete Water the fig tree" }).click();
  await expect(taskCheckbox(page, "Water the fig tree")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(taskCheckbox(page, "Water the fig tree")).toBeVisible();
  await page.getByRole("button", { name: "Delete Water the fig tree" }).click();

  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
  await expect(taskCheckbox(page, "Call the bank about the card")).not.toBeChecked();
  await expect(taskCheckbox(page, "Water the fig tree")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(2);

  await signOut(page, user);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-(in|up)/);
  await expect(page.getByText("Buy milk")).toHaveCount(0);
  await page.goto("/tasks?show=done");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ftasks%3Fshow%3Ddone/);

  const signInStart = performance.now();
  await signIn(page, user);
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
  const signInSeconds = secondsSince(signInStart);
  await expect(page).toHaveURL(/\/tasks\?show=done$/);

  console.log(`sign-up took ${signUpSeconds.toFixed(1)} s, sign-in ${signInSeconds.toFixed(1)} s`);
  expect(signUpSeconds).toBeLessThan(MAX_SIGN_UP_SECONDS);
  expect(signInSeconds).toBeLessThan(MAX_SIGN_IN_SECONDS);
});
