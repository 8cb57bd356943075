import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { SignJWT } from "jose";
import { expect, fetchToken, newBrowser, newTaskInput, signUp, test, tokenPart, type User } from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import { MAX_DELAY_MS } from "./revocation-delay.ts";
import type { Stack } from "./stack.ts";

const createButton = (page: Page) => page.getByRole("button", { name: "Create a token…" });
const dialogNamed = (page: Page, name: string) => page.getByRole("dialog", { name });

async function openSettings(page: Page): Promise<void> {
  await page.goto("/settings");
  await expect(createButton(page)).toBeEnabled();
}

/** The dialog appears unless the user has signed in a moment ago. */
async function confirmIdentity(page: Page, { password }: User): Promise<void> {
  const confirmation = dialogNamed(page, "Confirm that it’s you");
  await expect(confirmation.or(dialogNamed(page, "Your new token"))).toBeVisible();
  if (!(await confirmation.isVisible())) return;
  await confirmation.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

type Choice = { name: string; scopes?: ("Read tasks" | "Change tasks")[]; days?: "30" | "90" | "365" };

/** Creates a token on the settings page, and leaves the dialog that shows it open. */
async function createToken(page: Page, user: User, { name, scopes = ["Read tasks"], days = "30" }: Choice) {
  await createButton(page).click();
  const form = dialogNamed(page, "Create a token");
  await form.getByLabel("Name").fill(name);
  for (const scope of ["Read tasks", "Change tasks"] as const)
    await form.getByRole("checkbox", { name: scope }).setChecked(scopes.includes(scope));
  await form.getByLabel("It ends after").selectOption(days);
  await form.getByRole("button", { name: "Create token" }).click();
  await confirmIdentity(page, user);
  const shown = dialogNamed(page, "Your new token");
  const token = await shown.getByLabel("Token", { exact: true }).inputValue();
  const command = await shown.getByLabel("Try it in a terminal").inputValue();
  return { token, command };
}

const closeDialog = (page: Page) => page.getByRole("button", { name: "Done" }).click();

/** As if the link had been opened: a token that changes tasks needs a confirmed address. */
const confirmAddress = (stack: Stack, { email }: User): void =>
  stack.runSql("UPDATE user SET emailVerified = 1 WHERE email = ?", [email]);

type ApiResponse = { status: number; challenge: string; code: string };

/** Sends a request to the API as another program does. */
async function call(url: string, token: string, init: RequestInit = {}): Promise<ApiResponse> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(url, { ...init, headers });
  const body: unknown = await response.json().catch(() => null);
  const code = typeof body === "object" && body && "code" in body ? String(body.code) : "";
  return { status: response.status, challenge: response.headers.get("www-authenticate") ?? "", code };
}

const create = { method: "POST", body: JSON.stringify({ title: "From a program" }) };

test("token is shown once with a command that works as pasted, and listed with its last use", async ({ page }) => {
  const user = await signUp(page);
  await openSettings(page);
  const { token, command } = await createToken(page, user, { name: "Backup script" });
  expect(tokenPart(token, 0).typ).toBe("at+jwt");
  const { sub, client_id, scope, iat, exp, jti, sid, email } = tokenPart(token, 1);
  expect({ client_id, scope, lifetime: exp - iat, sid, email }).toEqual({
    client_id: "personal-access-token",
    scope: "tasks:read",
    lifetime: 30 * 86_400,
    sid: jti,
    email: undefined,
  });
  expect(client_id).not.toBe(sub);
  const { stdout } = await promisify(execFile)("sh", ["-c", `${command} --silent`]);
  expect(JSON.parse(stdout)).toEqual([]);
  // Neither Escape nor a click beside the dialog closes it.
  await page.keyboard.press("Escape");
  await expect(dialogNamed(page, "Your new token")).toBeVisible();
  await closeDialog(page);

  const entry = page.getByRole("listitem").filter({ hasText: "Backup script" }).first();
  await expect(entry).toContainText("Reads tasks");
  await expect(async () => {
    await page.reload();
    await expect(entry).toContainText("Last used today", { timeout: 1_000 });
  }).toPass();
  expect(await page.content()).not.toContain(token.split(".")[2]);
  await expect(page.getByText("Personal access token created: Backup script")).toBeVisible();
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toContain(token);
});

test("command of a token that may only change tasks adds one", async ({ page, stack }) => {
  const user = await signUp(page);
  confirmAddress(stack, user);
  await openSettings(page);
  const { command } = await createToken(page, user, { name: "Writer", scopes: ["Change tasks"], days: "365" });
  const { stdout } = await promisify(execFile)("sh", ["-c", `${command} --silent`]);
  expect(JSON.parse(stdout)).toMatchObject({ title: "Added with curl" });
  await closeDialog(page);
  await page.goto("/tasks");
  await expect(page.getByRole("checkbox", { name: "Added with curl" })).toBeVisible();
});

test("copy buttons copy the token and the command", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const user = await signUp(page);
  await openSettings(page);
  const { token, command } = await createToken(page, user, { name: "Copied" });
  for (const [name, text] of [
    ["Copy token", token],
    ["Copy command", command],
  ] as const) {
    await page.getByRole("button", { name }).click();
    await expect(page.getByText("Copied.").last()).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  }
});

test("token is refused beyond its scope, on another user's path and at the web app's own routes", async ({
  page,
  browser,
  stack,
}) => {
  const user = await signUp(page);
  confirmAddress(stack, user);
  const { userId } = await fetchToken(page);
  await openSettings(page);
  const read = (await createToken(page, user, { name: "Reader" })).token;
  await closeDialog(page);
  const write = (await createToken(page, user, { name: "Writer", scopes: ["Change tasks"] })).token;
  await closeDialog(page);
  const other = await newBrowser(browser, stack);
  await signUp(other);
  const otherId = (await fetchToken(other)).userId;

  // Through the web app, as the command does, and directly at the backend.
  for (const origin of [stack.baseUrl, stack.apiUrl]) {
    const tasks = (id: string) => `${origin}/api/${id}/tasks`;
    expect((await call(tasks(userId), read)).status).toBe(200);
    expect((await call(tasks(userId), write, create)).status).toBe(201);
    const beyond = { status: 403, code: "insufficient_scope" };
    const writeMissing = 'Bearer realm="todo", error="insufficient_scope", scope="tasks:write"';
    expect(await call(tasks(userId), read, create)).toEqual({ ...beyond, challenge: writeMissing });
    const readMissing = 'Bearer realm="todo", error="insufficient_scope", scope="tasks:read"';
    expect(await call(tasks(userId), write)).toEqual({ ...beyond, challenge: readMissing });
    for (const id of [otherId, "nobody"])
      expect(await call(tasks(id), read)).toMatchObject({ status: 403, code: "forbidden" });
  }
  expect(await call(`${stack.apiUrl}/api/${userId}`, read, { method: "DELETE" })).toMatchObject({ status: 403 });

  // A session is a cookie: the token is none, in a header or in the cookie.
  const newToken = { method: "POST", body: JSON.stringify({ name: "x", scopes: ["tasks:write"], days: 30 }) };
  const headers = { origin: stack.baseUrl };
  for (const cookie of ["", `better-auth.session_token=${encodeURIComponent(write)}`]) {
    const auth = { authorization: `Bearer ${write}`, "content-type": "application/json", ...headers, cookie };
    const own = await fetch(`${stack.baseUrl}/api/auth/api-token`, { headers: auth });
    expect(own.status).toBe(401);
    const created = await fetch(`${stack.baseUrl}/api/auth/personal-tokens/create`, { ...newToken, headers: auth });
    expect(created.status).toBe(401);
    const settings = await fetch(`${stack.baseUrl}/settings`, { headers: auth, redirect: "manual" });
    expect(settings.status).toBe(307);
    expect(new URL(settings.headers.get("location") ?? "", stack.baseUrl).pathname).toBe("/sign-in");
  }
});

test("revoked token is refused, and the others are not", async ({ page, stack }) => {
  const user = await signUp(page);
  const { userId } = await fetchToken(page);
  const url = `${stack.apiUrl}/api/${userId}/tasks`;
  await openSettings(page);
  const revoked = (await createToken(page, user, { name: "Lost laptop", days: "365" })).token;
  await closeDialog(page);
  const kept = (await createToken(page, user, { name: "Backup script" })).token;
  await closeDialog(page);
  expect((await call(url, revoked)).status).toBe(200);

  await page.getByRole("button", { name: "Revoke Lost laptop" }).click();
  const dialog = dialogNamed(page, "Revoke the token?");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(dialog).toHaveCount(0);
  expect((await call(url, revoked)).status).toBe(200);
  await page.getByRole("button", { name: "Revoke Lost laptop" }).click();
  const response = page.waitForResponse((each) => each.url().endsWith("/personal-tokens/revoke"));
  await dialog.getByRole("button", { name: "Revoke token" }).click();
  expect((await response).status()).toBe(200);
  const revokedAt = performance.now();
  await expect
    .poll(async () => (await call(url, revoked)).status, { intervals: [50], timeout: 2 * MAX_DELAY_MS })
    .toBe(401);
  expect(performance.now() - revokedAt).toBeLessThan(MAX_DELAY_MS);
  expect(await call(url, revoked)).toMatchObject({ code: "invalid_token" });
  expect((await call(url, kept)).status).toBe(200);

  await expect(page.getByText("“Lost laptop” is revoked.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Revoke Lost laptop" })).toHaveCount(0);
  await expect(createButton(page)).toBeFocused();
  // Neither the end of the session nor a restart of the backend changes that.
  await page.request.post("/api/auth/sign-out", { data: {}, headers: { origin: stack.baseUrl } });
  await stack.stopBackend();
  await stack.startBackend();
  await expect.poll(async () => (await call(url, revoked)).status).toBe(401);
  expect((await call(url, kept)).status).toBe(200);
});

test("token of a deleted account is refused, also by a server that did not delete its data", async ({
  page,
  stack,
}) => {
  const user = await signUp(page);
  const { userId } = await fetchToken(page);
  await openSettings(page);
  const { token } = await createToken(page, user, { name: "Backup script", days: "365" });
  await closeDialog(page);
  const servers = [stack, await stack.startReplica()];
  const statuses = () =>
    Promise.all(servers.map(async ({ apiUrl }) => (await call(`${apiUrl}/api/${userId}/tasks`, token)).status));
  // A server that has just started may still have to fetch the keys.
  await expect.poll(statuses).toEqual([200, 200]);
  await page.getByRole("button", { name: "Delete account…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: "Delete everything" }).click();
  await page.waitForURL("**/sign-in");
  await expect.poll(statuses, { intervals: [50], timeout: MAX_DELAY_MS }).toEqual([401, 401]);
});

test("token is refused after its end", async ({ page, stack }) => {
  test.skip(stack.mode === "jwks", "the private key is in the app only; personal-token-plugin.test.ts tests it");
  const user = await signUp(page);
  await openSettings(page);
  const { token } = await createToken(page, user, { name: "Backup script" });
  const now = Math.floor(Date.now() / 1000);
  const sign = (expiresAt: number) =>
    new SignJWT({ ...tokenPart(token, 1), iat: now - 100, exp: expiresAt })
      .setProtectedHeader(tokenPart(token, 0))
      .sign(new TextEncoder().encode(stack.secret));
  const url = `${stack.apiUrl}/api/${tokenPart(token, 1).sub}/tasks`;
  expect((await call(url, await sign(now + 100))).status).toBe(200);
  expect(await call(url, await sign(now - 1))).toMatchObject({ status: 401, code: "token_expired" });
});

test("form reports an empty name and missing scopes beside their fields", async ({ page, stack }) => {
  const user = await signUp(page);
  confirmAddress(stack, user);
  await openSettings(page);
  await createButton(page).click();
  const form = dialogNamed(page, "Create a token");
  await form.getByRole("button", { name: "Create token" }).click();
  const name = form.getByLabel("Name");
  await expect(name).toBeFocused();
  await expect(name).toHaveAccessibleDescription(/Enter a name/);
  await name.fill("x".repeat(101));
  await form.getByRole("button", { name: "Create token" }).click();
  await expect(name).toHaveAccessibleDescription(/at most 100 characters/);
  await name.fill("Backup script");
  await form.getByRole("checkbox", { name: "Read tasks" }).uncheck();
  await form.getByRole("button", { name: "Create token" }).click();
  await expect(form.getByText("Choose at least one.")).toBeVisible();
  await expect(form.getByRole("checkbox", { name: "Read tasks" })).toBeFocused();
  await form.getByRole("checkbox", { name: "Change tasks" }).check();
  await form.getByRole("button", { name: "Create token" }).click();
  await confirmIdentity(page, user);
  await closeDialog(page);
  await expect(page.getByText("Changes tasks")).toBeVisible();
});

test("tokens are listed while the backend is unavailable", async ({ page, stack }) => {
  const user = await signUp(page);
  await openSettings(page);
  await createToken(page, user, { name: "Backup script" });
  await closeDialog(page);
  await expect(page.getByText("Never used")).toBeVisible();
  await stack.stopBackend();
  await openSettings(page);
  await expect(page.getByText("The last use can’t be loaded right now")).toBeVisible();
  await stack.startBackend();
});

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page: Page, role: "button" | "checkbox" | "combobox", name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true });
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${name}`);
}

test("token is created, copied and revoked with the keyboard alone", async ({ page, stack }) => {
  const user = await signUp(page);
  confirmAddress(stack, user);
  await openSettings(page);
  await tabTo(page, "button", "Create a token…");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(createButton(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Backup script");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await tabTo(page, "combobox", "It ends after");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "button", "Create token");
  await page.keyboard.press("Enter");
  await confirmIdentity(page, user);
  const token = page.getByLabel("Token", { exact: true });
  await expect(token).toBeFocused();
  const { scope, exp, iat } = tokenPart(await token.inputValue(), 1);
  expect([scope, exp - iat]).toEqual(["tasks:read tasks:write", 90 * 86_400]);
  await tabTo(page, "button", "Done");
  await page.keyboard.press("Enter");
  await expect(createButton(page)).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("button", { name: "Revoke Backup script" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, "button", "Revoke token");
  await page.keyboard.press("Enter");
  await expect(page.getByText("“Backup script” is revoked.")).toBeVisible();
  await expect(createButton(page)).toBeFocused();
});

test("section and dialogs are accessible", APPEARANCE, async ({ page }) => {
  test.slow();
  await page.setViewportSize(NARROW);
  const check = (state: string) => expectAccessible(page, state);
  const name = `${"Donaudampfschifffahrtselektrizität".repeat(2)} und ${"x".repeat(20)}`;
  const user = await signUp(page);
  await expect(newTaskInput(page)).toBeVisible();
  await openSettings(page);
  await createButton(page).click();
  await dialogNamed(page, "Create a token").getByRole("button", { name: "Create token" }).click();
  await check("form with an error");
  await page.getByRole("button", { name: "Cancel" }).click();
  await createToken(page, user, { name });
  await check("new token");
  const heights = await page
    .getByRole("dialog")
    .getByRole("button")
    .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  await closeDialog(page);
  await expect(page.getByRole("button", { name: `Revoke ${name}` })).toBeVisible();
  await check("list");
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await check("revocation");
  await page.getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByText("is revoked.")).toBeVisible();
  await check("revoked");
});
