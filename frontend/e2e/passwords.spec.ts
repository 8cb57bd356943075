import type { Page } from "@playwright/test";
import { expect, newUser, signIn, signOut, signUp, test } from "./fixtures.ts";

const TOO_COMMON = /one of the most common passwords.*Use several unrelated words/;
const TOO_SIMILAR = /your name, your e-mail address or the name of this app.*Use words that are unrelated/;

const password = (page: Page) => page.getByLabel("Password", { exact: true });
const newPassword = (page: Page) => page.getByLabel("New password", { exact: true });

test("sign-up refuses known and obvious passwords, and accepts another one in the same form", async ({ page }) => {
  const user = newUser("Ada Quill");
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(user.name);
  await page.getByLabel("E-mail").fill(user.email);
  const submit = page.getByRole("button", { name: "Create account" });
  for (const [refused, message] of [
    ["Password123", TOO_COMMON],
    ["quill-ada-1990", TOO_SIMILAR],
    [user.email, TOO_SIMILAR],
    ["Todo2026", TOO_SIMILAR],
  ] as const) {
    await password(page).fill(refused);
    await submit.click();
    await expect(password(page)).toHaveAccessibleDescription(message);
    await expect(password(page)).toBeFocused();
    await expect(password(page)).toHaveAttribute("aria-invalid", "true");
    await expect(password(page)).toHaveValue(refused);
  }
  await password(page).fill(user.password);
  await submit.click();
  await page.waitForURL("**/tasks");
});

test("settings page refuses known and obvious new passwords at the field", async ({ page }) => {
  test.slow();
  const user = await signUp(page);
  await page.goto("/settings");
  const submit = page.getByRole("button", { name: "Change password" });
  await page.getByLabel("Current password", { exact: true }).fill(user.password);
  for (const [refused, message] of [
    ["iloveyou1", TOO_COMMON],
    [user.email.toUpperCase(), TOO_SIMILAR],
    ["short", /Use at least 8 characters\./],
  ] as const) {
    await newPassword(page).fill(refused);
    await submit.click();
    await expect(newPassword(page)).toHaveAccessibleDescription(message);
    await expect(newPassword(page)).toBeFocused();
  }
  await expect(page.getByLabel("Current password", { exact: true })).toHaveAccessibleDescription("");
  await newPassword(page).fill("пять случайных слов подряд 🦊");
  await submit.click();
  // Two hashes, one after the other.
  await expect(page.getByText("Your password is changed.")).toBeVisible({ timeout: 30_000 });

  await page.goto("/tasks");
  await signOut(page, user);
  await signIn(page, { ...user, password: "пять случайных слов подряд 🦊" });
  await page.waitForURL("**/tasks");
});

test("password fields have the autocomplete values that password managers need", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings");
  await expect(page.getByLabel("Current password", { exact: true })).toHaveAttribute(
    "autocomplete",
    "current-password",
  );
  await expect(newPassword(page)).toHaveAttribute("autocomplete", "new-password");
  await expect(page.locator("input[autocomplete=username]")).toHaveCount(1);
  for (const input of [page.getByLabel("Current password", { exact: true }), newPassword(page)]) {
    await expect(input).toHaveAttribute("type", "password");
    // The browser would cut a pasted password off.
    await expect(input).not.toHaveAttribute("maxlength");
  }
});
