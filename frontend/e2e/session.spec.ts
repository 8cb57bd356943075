import type { Page } from "@playwright/test";
import {
  addTask,
  test as base,
  expect,
  newTaskInput,
  signIn,
  signUp,
  taskCheckbox,
  tokenPart,
  waitForWrite,
} from "./fixtures.ts";
import { type Stack, startStack } from "./stack.ts";

/** Tokens are renewed in their last quarter: 2 s for a request to arrive on a busy machine. */
const TOKEN_TTL_SECONDS = 8;

/** A stack whose access tokens expire during a test. */
const test = base.extend<object, { shortLived: Stack }>({
  shortLived: [
    async ({ mode }, use) => {
      const stack = await startStack({ mode, tokenTtlSeconds: TOKEN_TTL_SECONDS });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker" },
  ],
  baseURL: ({ shortLived }, use) => use(shortLived.baseUrl),
});

/**
 * Records the access tokens that the page fetches, and adds the extra seconds to the expiration that the page receives.
 * Returns a function that resolves when the backend rejects the newest token.
 */
async function watchTokens(page: Page, { apiUrl }: Stack, extraSeconds = 0): Promise<() => Promise<void>> {
  let token = "";
  await page.route("**/api/auth/api-token", async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    const body = (await response.json()) as { token: string; expires_at: number };
    token = body.token;
    await route.fulfill({ response, json: { ...body, expires_at: body.expires_at + extraSeconds } });
  });
  const listStatus = async () => {
    const url = `${apiUrl}/api/${tokenPart(token, 1).sub}/tasks`;
    return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
  };
  return () => expect.poll(listStatus, { timeout: 4 * TOKEN_TTL_SECONDS * 1000 }).toBe(401);
}

const revokeSessions = (page: Page) =>
  page.request.post("/api/auth/revoke-sessions", { data: {}, headers: { origin: new URL(page.url()).origin } });

test("expiring access token is replaced before a request fails", async ({ page, shortLived }) => {
  test.slow();
  const rejected: string[] = [];
  page.on("response", (response) => response.status() === 401 && rejected.push(response.url()));
  const waitForExpiry = await watchTokens(page, shortLived);
  await signUp(page);
  for (const title of ["first", "second", "third"]) {
    await addTask(page, title);
    await waitForExpiry();
  }
  await page.reload();
  await expect(page.getByRole("checkbox")).toHaveCount(3);
  expect(rejected).toEqual([]);
});

test("request rejected with an expired access token is repeated with a new one", async ({ page, shortLived }) => {
  const waitForExpiry = await watchTokens(page, shortLived, 3_600);
  const statuses: number[] = [];
  await signUp(page);
  await addTask(page, "first");
  await waitForExpiry();
  page.on("response", (response) => {
    if (response.request().method() === "POST" && response.url().endsWith("/tasks")) statuses.push(response.status());
  });
  await addTask(page, "second");
  expect(statuses).toEqual([401, 201]);
  await expect(page.getByRole("alert").filter({ hasText: /\w/ })).toHaveCount(0);
});

test("revoked session opens the sign-in dialog and keeps unsaved input", async ({ page, shortLived }) => {
  const waitForExpiry = await watchTokens(page, shortLived);
  const user = await signUp(page);
  await addTask(page, "Buy milk");
  await newTaskInput(page).fill("half a thou");
  await revokeSessions(page);
  await waitForExpiry();
  await taskCheckbox(page, "Buy milk").click();

  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("E-mail")).toHaveValue(user.email);
  await dialog.getByLabel("Password", { exact: true }).fill("not the password");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/don’t belong together/);
  const completed = waitForWrite(page, "PATCH");
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();

  await expect(dialog).toHaveCount(0);
  await expect(newTaskInput(page)).toHaveValue("half a thou");
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
  await completed;
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
});

test("page opened with a revoked session redirects to sign-in and back", async ({ page }) => {
  const user = await signUp(page);
  await revokeSessions(page);
  // The cookie still exists; the server checks the session in the database.
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await signIn(page, user);
  await expect(page).toHaveURL(/\/settings$/);
});

test("access token is not stored in the browser", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(stored).not.toContain("eyJ");
});
