import type { Page } from "@playwright/test";
import Libsql from "libsql";
import {
  addTask,
  test as base,
  expect,
  newTaskInput,
  signIn,
  signOut,
  signUp,
  taskCheckbox,
  tokenPart,
  type User,
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

/** Ends all sessions of the user, as another device of the user would. */
function endSessions({ folder }: Stack, { email }: User): void {
  const database = new Libsql(`${folder}/auth.db`);
  database.exec("PRAGMA busy_timeout = 5000");
  database.prepare("DELETE FROM session WHERE userId = (SELECT id FROM user WHERE email = ?)").run(email);
  database.close();
}

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
  endSessions(shortLived, user);
  await waitForExpiry();
  await taskCheckbox(page, "Buy milk").click();

  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("E-mail")).toHaveValue(user.email);
  await dialog.getByLabel("Password", { exact: true }).fill("not the password");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/don’t belong together/);
  const completed = waitForWrite(page, "PATCH");
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();

  await expect(dialog).toHaveCount(0);
  await expect(newTaskInput(page)).toHaveValue("half a thou");
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
  await completed;
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
});

test("page opened with a revoked session redirects to sign-in and back", async ({ page, shortLived }) => {
  const user = await signUp(page);
  endSessions(shortLived, user);
  // The cookie still exists; the server checks the session in the database.
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await signIn(page, user);
  await expect(page).toHaveURL(/\/settings$/);
});

test("second sign-in in the same browser ends the first session, and an open page continues", async ({
  page,
  context,
  shortLived,
}) => {
  const user = await signUp(page);
  await addTask(page, "first");
  const name = "better-auth.session_token";
  const sessionCookie = async () => (await context.cookies()).find((cookie) => cookie.name === name)?.value;
  const old = await sessionCookie();
  const { email, password } = user;
  const answer = await page.request.post("/api/auth/sign-in/email", {
    data: { email, password },
    headers: { origin: shortLived.baseUrl },
  });
  expect(answer.status()).toBe(200);
  expect(await answer.json()).not.toHaveProperty("token");
  expect(await sessionCookie()).not.toBe(old);
  const status = (await fetch(`${shortLived.baseUrl}/api/auth/api-token`, { headers: { cookie: `${name}=${old}` } }))
    .status;
  expect(status).toBe(401);

  await addTask(page, "second");
  await page.goto("/settings");
  await expect(page.getByText("In use now")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Sign out (?!everywhere)/ })).toHaveCount(0);
});

test("sign-out removes the storage of this origin and keeps the theme", async ({ page, context }) => {
  const user = await signUp(page);
  await page.goto("/settings");
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.evaluate(() => {
    localStorage.setItem("draft", "half a thought");
    sessionStorage.setItem("draft", "half a thought");
  });
  await signOut(page, user);
  const storage = () => page.evaluate(() => localStorage.length + sessionStorage.length);
  await expect.poll(storage).toBe(0);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  // The cookie of a browser that has signed in before gives it limits of its own.
  const cookies = (await context.cookies()).map(({ name }) => name).sort();
  // The sign-in page, which follows, asks for the challenge of a passkey.
  expect(cookies.filter((name) => name !== "better-auth.better-auth-passkey")).toEqual([
    "better-auth.known_browser",
    "theme",
  ]);
});

test("access token is not stored in the browser", async ({ page }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(stored).not.toContain("eyJ");
});
