import type { Page } from "@playwright/test";
import { type Stack, startStack } from "./stack.ts";
import { addTask, box, expect, newTask, signIn, signUp, test } from "./fixtures.ts";

const LIFE = 3;

/** Tokens that end while one looks on. */
const it = test.extend<object, { brief: Stack }>({
  brief: [
    async ({ mode }, use) => {
      const stack = await startStack({ mode, tokenLifeSeconds: LIFE });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker" },
  ],
  baseURL: ({ brief }, use) => use(brief.baseUrl),
});

const endOfToken = (page: Page) => page.waitForTimeout((LIFE + 1) * 1000);

it("a token that ends is replaced unnoticed", async ({ page }) => {
  const refused: string[] = [];
  page.on("response", (answer) => answer.status() === 401 && refused.push(answer.url()));
  await signUp(page);
  for (const title of ["first", "second", "third"]) {
    await addTask(page, title);
    await endOfToken(page);
  }
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(3);
  expect(refused).toEqual([]);
});

it("a token that the backend finds expired is replaced, and the call repeated, unnoticed", async ({ page }) => {
  // The page is told that the token is good for an hour. It is not.
  await page.route("**/api/auth/api-token", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { token: string; expires_at: number };
    await route.fulfill({ response: answer, json: { ...body, expires_at: body.expires_at + 3600 } });
  });
  const statuses: number[] = [];
  await signUp(page);
  await addTask(page, "first");
  await endOfToken(page);
  page.on("response", (answer) => {
    if (answer.request().method() === "POST" && answer.url().endsWith("/tasks")) statuses.push(answer.status());
  });
  await addTask(page, "second");
  expect(statuses).toEqual([401, 201]);
  await expect(page.getByRole("alert").filter({ hasText: /\w/ })).toHaveCount(0);
});

it("a session that was ended elsewhere asks to sign in, and keeps what was typed", async ({ page }) => {
  const person = await signUp(page);
  await addTask(page, "Buy milk");
  await newTask(page).fill("half a thou");
  await page.request.post("/api/auth/revoke-sessions", { data: {}, headers: { origin: new URL(page.url()).origin } });
  await endOfToken(page);
  await box(page, "Buy milk").click();

  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("E-mail")).toHaveValue(person.email);
  await dialog.getByLabel("Password", { exact: true }).fill("not the password");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/don’t belong together/);
  await dialog.getByLabel("Password", { exact: true }).fill(person.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();

  await expect(dialog).toHaveCount(0);
  await expect(newTask(page)).toHaveValue("half a thou");
  await expect(box(page, "Buy milk")).toBeChecked();
  await page.reload();
  await expect(box(page, "Buy milk")).toBeChecked();
});

it("a page that is opened without a session leads to sign-in and back", async ({ page }) => {
  const person = await signUp(page);
  await page.request.post("/api/auth/revoke-sessions", { data: {}, headers: { origin: new URL(page.url()).origin } });
  // The cookie is still there; the server looks at the session itself.
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await signIn(page, person);
  await expect(page).toHaveURL(/\/settings$/);
});

it("the token is in memory and nowhere else", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toContain("eyJ");
});
