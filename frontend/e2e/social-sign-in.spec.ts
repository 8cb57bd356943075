import { join } from "node:path";
import type { Page } from "@playwright/test";
import Libsql from "libsql";
import {
  type ProviderAccount,
  startOpenIdProvider,
  type TestOpenIdProvider,
} from "../lib/server/test-openid-provider.ts";
import {
  addTask,
  expect,
  fetchToken,
  newBrowser,
  newUser,
  signIn,
  signOut,
  signUp,
  taskCheckbox,
  test,
  type User,
} from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import type { Stack } from "./stack.ts";

let provider: TestOpenIdProvider;

test.beforeAll(async ({ stack }) => {
  provider = await startOpenIdProvider(stack.baseUrl);
  await stack.stopApp();
  await stack.startApp(provider.settings);
});

test.afterAll(async ({ stack }) => {
  await stack.stopApp();
  await stack.startApp();
  await provider.stop();
});

/** A new account at the provider, with the name and the address of a user. */
function newAccount({ name, email }: User, values: Partial<ProviderAccount> = {}): string {
  const login = email.split("@")[0] ?? "";
  provider.addAccount({ login, email, email_verified: true, name, picture: "https://example.org/ada.png", ...values });
  return login;
}

/** On the provider's page. */
async function signInThere(page: Page, login: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Example ID" })).toBeVisible();
  await page.getByLabel("Account").fill(login);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function signInWithProvider(page: Page, login: string, path = "/sign-in"): Promise<void> {
  await page.goto(path);
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  await signInThere(page, login);
}

/** The mail with the link, and an authenticator app, are features of their own. */
function setUserField({ folder }: Stack, email: string, field: "emailVerified" | "twoFactorEnabled"): void {
  const database = new Libsql(join(folder, "auth.db"));
  database.exec("PRAGMA busy_timeout = 5000");
  database.prepare(`update user set ${field} = 1 where email = ?`).run(email);
  database.close();
}

const setEmailVerified = (stack: Stack, email: string) => setUserField(stack, email, "emailVerified");

/** Connecting and disconnecting need the password. */
async function confirmWithPassword(page: Page, { password }: User): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Confirm that it’s you" });
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Confirm", exact: true }).click();
}

const alert = (page: Page) => page.getByRole("alert").filter({ hasText: /\w/ });

const connectedAccounts = (page: Page) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: "Connected accounts" }) });

test("account is created at the first sign-in with a provider and opened at the next one", async ({
  page,
  browser,
  stack,
}) => {
  const user = newUser();
  const login = newAccount(user);
  await signInWithProvider(page, login, "/sign-up");
  await page.waitForURL("**/tasks");
  await addTask(page, "Buy milk");
  const { userId } = await fetchToken(page);

  await page.goto("/settings");
  await expect(page.getByText(user.name, { exact: true }).first()).toBeVisible();
  await expect(page.getByText(user.email, { exact: true }).first()).toBeVisible();
  await expect(page.getByText("You have none, because you sign in with a connected account.")).toBeVisible();
  await expect(page.getByText("Account created")).toBeVisible();
  const disconnect = connectedAccounts(page).getByRole("button", { name: "Disconnect Example ID" });
  await expect(disconnect).toBeDisabled();
  await expect(connectedAccounts(page)).toContainText("It is your only way to sign in");

  const other = await newBrowser(browser, stack);
  await signInWithProvider(other, login, "/sign-in?next=%2Fsettings");
  await other.waitForURL("**/settings");
  expect((await fetchToken(other)).userId).toBe(userId);
  await other.goto("/tasks");
  await expect(taskCheckbox(other, "Buy milk")).toBeVisible();
  await other.context().close();
});

test("refusal at the provider leads back to the sign-in page, which says what happened", async ({ page }) => {
  await page.goto("/sign-in?next=%2Fsettings");
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL("**/sign-in?**");
  await expect(alert(page)).toHaveText("You are not signed in, because you stopped at Example ID. You can try again.");
  // The provider's own text is not shown, and the page to return to is kept.
  await expect(page.getByText("The user has cancelled")).toHaveCount(0);
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  await signInThere(page, newAccount(newUser()));
  await page.waitForURL("**/settings");
});

test("link to the sign-in page cannot show a text of its own", async ({ page }) => {
  await page.goto("/sign-in?error=Call%20555&error_description=Call%20555&provider=Evil");
  await expect(alert(page)).toHaveText(
    "The other service did not confirm who you are. Nothing was changed; try again in a moment.",
  );
});

test("changed state, used code and answer for another browser are refused", async ({ page, browser, stack }) => {
  const login = newAccount(newUser());
  await page.goto("/sign-in");
  const atProvider = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/auth`));
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  // The browser does not follow, so that its answer can be changed.
  const callback = await provider.signIn((await atProvider).url(), login);

  const stranger = await newBrowser(browser, stack);
  for (const [each, url] of [
    [stranger, callback],
    [page, callback.replace(/state=[^&]+/, "state=changed")],
    [page, callback.replace(/state=[^&]+&?/, "")],
  ] as const) {
    await each.goto(url);
    await expect(each).toHaveURL(/\/sign-in\?/);
    await expect(alert(each)).toHaveText("That took too long, or was started in another browser. Try again.");
    expect((await each.request.get("/api/auth/api-token")).status()).toBe(401);
  }
  await stranger.context().close();

  await page.goto(callback);
  await page.waitForURL("**/tasks");
  await page.context().clearCookies();
  await page.goto(callback);
  await expect(alert(page)).toHaveText("That took too long, or was started in another browser. Try again.");
  expect((await page.request.get("/api/auth/api-token")).status()).toBe(401);
});

test("account with the same address is linked by a sign-in only if both addresses are verified", async ({
  page,
  stack,
}) => {
  const user = await signUp(page);
  await addTask(page, "Buy milk");
  await signOut(page, user);

  await signInWithProvider(page, newAccount(user));
  await expect(alert(page)).toHaveText(
    /There is an account with this e-mail address already\. Sign in with your password/,
  );
  setEmailVerified(stack, user.email);
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  await page.waitForURL("**/tasks");
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByText("Connected Example ID", { exact: true })).toBeVisible();
});

test("provider's account with an unverified address neither signs up nor opens an account", async ({ page, stack }) => {
  const user = await signUp(page);
  setEmailVerified(stack, user.email);
  await signOut(page, user);
  for (const email of [user.email, newUser().email]) {
    const login = `${email}-unverified`;
    newAccount({ ...user, email }, { login, email_verified: false });
    await page.context().clearCookies();
    await signInWithProvider(page, login);
    await expect(alert(page)).toHaveText(
      "Example ID did not send a verified e-mail address. Verify your address there, or use a password here.",
    );
    expect((await page.request.get("/api/auth/api-token")).status()).toBe(401);
  }
});

test("account is connected and disconnected on the settings page", async ({ page, stack }) => {
  const user = await signUp(page);
  await page.goto("/settings");
  const section = connectedAccounts(page);
  await expect(section.getByRole("button", { name: "Connect Example ID" })).toBeDisabled();
  await expect(section).toContainText("Verify your e-mail address first.");
  setEmailVerified(stack, user.email);
  await page.reload();
  const login = newAccount(user);
  await section.getByRole("button", { name: "Connect Example ID" }).click();
  await confirmWithPassword(page, user);
  await signInThere(page, login);
  await page.waitForURL("**/settings?**");
  await expect(section.getByRole("status")).toHaveText("Example ID is connected.");
  await expect(section).toContainText("Connected since");
  await expect(page.getByText("Connected Example ID", { exact: true })).toBeVisible();

  await signOut(page, user);
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  await page.waitForURL("**/tasks");
  expect((await fetchToken(page)).userId).not.toBe("");

  await page.goto("/settings");
  await section.getByRole("button", { name: "Disconnect Example ID" }).click();
  await confirmWithPassword(page, user);
  await expect(section.getByRole("status")).toHaveText("Example ID is disconnected.");
  await expect(section).toContainText("Not connected");
  await expect(page.getByText("Disconnected Example ID", { exact: true })).toBeVisible();
  await signOut(page, user);
  await signIn(page, user);
  await page.waitForURL("**/tasks");
});

test("sign-in with a provider asks for the second step of an account that has it on", async ({ page, stack }) => {
  const user = newUser();
  await signInWithProvider(page, newAccount(user));
  await page.waitForURL("**/tasks");
  await signOut(page, user);
  setUserField(stack, user.email, "twoFactorEnabled");
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
  await page.waitForURL("**/sign-in/two-step?next=%2Ftasks");
  await expect(page.getByRole("heading", { name: "Two-step sign-in" })).toBeVisible();
  await expect(page.getByText("One more step, then you are signed in.")).toBeVisible();
  expect((await page.request.get("/api/auth/api-token")).status()).toBe(401);
  await page.goto("/tasks");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("account of a provider is not connected to an account with another address, nor to a second one", async ({
  page,
  stack,
}) => {
  const owner = newUser("Eve Moss");
  const login = newAccount(owner);
  await signInWithProvider(page, login);
  await page.waitForURL("**/tasks");
  await signOut(page, owner);

  const user = await signUp(page);
  setEmailVerified(stack, user.email);
  const connect = async () => {
    await page.goto("/settings");
    await connectedAccounts(page).getByRole("button", { name: "Connect Example ID" }).click();
  };
  // The provider still knows the browser as the owner's.
  await connect();
  await confirmWithPassword(page, user);
  await page.waitForURL("**/settings?**");
  await expect(alert(page)).toHaveText(/Your account at Example ID has another e-mail address/);
  await expect(connectedAccounts(page).locator("[tabindex='-1']")).toBeFocused();

  newAccount({ ...owner, email: user.email }, { login });
  await connect();
  await expect(alert(page)).toHaveText(/This account at Example ID is connected to another account here/);
  await expect(connectedAccounts(page)).toContainText("Not connected");
});

test("sign-in while the provider is away says so and works again afterwards", async ({ page, stack }) => {
  await provider.stop();
  await stack.stopApp();
  await stack.startApp(provider.settings);
  try {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Continue with Example ID" }).click();
    await expect(alert(page)).toHaveText("This service can’t be reached right now. Try again in a moment.");
    await page.goto("/api/auth/callback/oidc?code=a&state=b");
    await expect(page).toHaveURL(/\/sign-in\?error=provider_unavailable/);
    await expect(alert(page)).toHaveText(/can’t be reached right now/);
  } finally {
    await provider.restart();
  }
  await signInWithProvider(page, newAccount(newUser()));
  await page.waitForURL("**/tasks");
});

test("addresses of other origins are refused as page to return to", async ({ request }) => {
  for (const url of ["https://evil.example", "//evil.example", "/\\evil.example", "/.//evil.example"]) {
    for (const name of ["callbackURL", "errorCallbackURL", "newUserCallbackURL"]) {
      const response = await request.post("/api/auth/sign-in/social", { data: { provider: "oidc", [name]: url } });
      expect([400, 403], `${name} ${url}`).toContain(response.status());
    }
  }
  const idToken = { token: "eyJhbGciOiJub25lIn0.e30." };
  const posted = await request.post("/api/auth/sign-in/social", { data: { provider: "oidc", idToken } });
  expect(posted.status()).toBe(400);
});

test("pages with a provider are accessible", APPEARANCE, async ({ page, stack }) => {
  test.slow();
  await page.setViewportSize(NARROW);
  const check = async (state: string) => {
    await expect(page.getByRole("button", { name: /Example ID/ })).toBeEnabled();
    await expectAccessible(page, state);
  };
  await page.goto("/sign-in?error=account_not_linked&provider=oidc");
  await check("sign-in with an error");
  await page.goto("/sign-up");
  await check("sign-up");
  const user = await signUp(page);
  setEmailVerified(stack, user.email);
  await page.goto("/settings?error=email_does_not_match&provider=oidc");
  await check("settings with an error");
});

test("sign-in with a provider is usable with the keyboard alone", async ({ page }) => {
  const login = newAccount(newUser());
  await page.goto("/sign-in");
  const start = page.getByRole("button", { name: "Continue with Example ID" });
  await expect(start).toBeEnabled();
  await page.getByLabel("Password", { exact: true }).focus();
  for (
    let presses = 0;
    presses < 5 && !(await start.evaluate((element) => element === document.activeElement));
    presses++
  )
    await page.keyboard.press("Tab");
  await expect(start).toBeFocused();
  await page.keyboard.press("Enter");
  await signInThere(page, login);
  await page.waitForURL("**/tasks");
});
