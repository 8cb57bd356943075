import { addTask, box, expect, newTask, signIn, signOut, signUp, somebody, test } from "./fixtures.ts";

/** What signing up and signing in may take at most; the contract's promise. */
const SIGN_UP_LIMIT = 60;
const SIGN_IN_LIMIT = 30;

const secondsSince = (start: number) => (performance.now() - start) / 1000;

test("a person's first day: sign up, add, complete, edit, delete, undo, reload, sign out, sign in", async ({
  page,
}) => {
  const person = somebody();
  const signUpStart = performance.now();
  await signUp(page, person);
  await expect(newTask(page)).toBeVisible();
  const signUpSeconds = secondsSince(signUpStart);
  await expect(page.getByRole("heading", { name: "Nothing to do yet" })).toBeVisible();

  await addTask(page, "Buy milk");
  await addTask(page, "Call the bank");
  await addTask(page, "Water the fig tree");
  await box(page, "Buy milk").check();

  await page.getByRole("button", { name: "Call the bank", exact: true }).click();
  await page.getByLabel("Title").fill("Call the bank about the card");
  await page.getByLabel("Note", { exact: true }).fill("Before noon.\nAsk for Mara.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Ask for Mara.")).toBeVisible();

  await page.getByRole("button", { name: "Delete Water the fig tree" }).click();
  await expect(box(page, "Water the fig tree")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(box(page, "Water the fig tree")).toBeVisible();
  await page.getByRole("button", { name: "Delete Water the fig tree" }).click();

  await page.reload();
  await expect(box(page, "Buy milk")).toBeChecked();
  await expect(box(page, "Call the bank about the card")).not.toBeChecked();
  await expect(box(page, "Water the fig tree")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(2);

  await signOut(page, person);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-(in|up)/);
  await expect(page.getByText("Buy milk")).toHaveCount(0);
  await page.goto("/tasks?show=done");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ftasks%3Fshow%3Ddone/);

  const signInStart = performance.now();
  await signIn(page, person);
  await expect(box(page, "Buy milk")).toBeChecked();
  const signInSeconds = secondsSince(signInStart);
  await expect(page).toHaveURL(/\/tasks\?show=done$/);

  console.log(`sign-up took ${signUpSeconds.toFixed(1)} s, sign-in ${signInSeconds.toFixed(1)} s`);
  expect(signUpSeconds).toBeLessThan(SIGN_UP_LIMIT);
  expect(signInSeconds).toBeLessThan(SIGN_IN_LIMIT);
});
