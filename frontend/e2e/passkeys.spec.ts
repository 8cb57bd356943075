import type { Page } from "@playwright/test";
import {
  addTask,
  expect,
  newBrowser,
  newTaskInput,
  newUser,
  signIn,
  signOut,
  signUp,
  taskCheckbox,
  test,
  type User,
} from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import { addVirtualAuthenticator } from "./virtual-authenticator.ts";

const confirmDialog = (page: Page) => page.getByRole("dialog", { name: "Confirm that it’s you" });

const passkeysSection = (page: Page) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: "Passkeys", exact: true }) });

async function confirmWithPassword(page: Page, { password }: User): Promise<void> {
  const dialog = confirmDialog(page);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
}

/** Adds a passkey on the settings page, and saves it under this name. */
async function addPasskey(page: Page, user: User, name: string): Promise<void> {
  await page.goto("/settings");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await confirmWithPassword(page, user);
  await page.getByLabel("Name of the passkey").fill(name);
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(passkeysSection(page).getByText(name, { exact: true })).toBeVisible();
}

const sessionCookie = async (page: Page) =>
  (await page.context().cookies()).find(({ name }) => name.endsWith("session_token"))?.value;

/** The autofill would choose a passkey of the virtual authenticator before the button is pressed. */
const disableAutofill = (page: Page) =>
  page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });

const SIGN_IN_URL = "**/api/auth/passkey/verify-authentication";

test("passkey is added, named, signs in by the button, and is removed", async ({ page }) => {
  test.slow();
  await disableAutofill(page);
  const authenticator = await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await page.goto("/settings");
  await expect(page.getByText("You have no passkeys yet.")).toBeVisible();
  const before = await sessionCookie(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await confirmDialog(page).getByLabel("Password", { exact: true }).fill("not the password");
  await confirmDialog(page).getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(confirmDialog(page).getByLabel("Password", { exact: true })).toHaveAccessibleDescription(
    "This is not your password.",
  );
  await confirmWithPassword(page, user);
  const name = page.getByLabel("Name of the passkey");
  await expect(name).toBeFocused();
  // The session was replaced.
  expect(await sessionCookie(page)).not.toBe(before);
  await expect(name).toHaveValue(/^Chrome on /);
  await name.fill("");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(name).toHaveAccessibleDescription("Enter a name for the passkey.");
  await name.fill("My laptop");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("The name is changed.")).toBeVisible();
  await expect(passkeysSection(page).getByText("My laptop", { exact: true })).toBeVisible();
  await expect(passkeysSection(page).getByText(/not used yet/)).toBeVisible();
  expect(await authenticator.credentials()).toMatchObject([{ rpId: "localhost" }]);

  // An authenticator has one passkey of an account.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("This device has a passkey for your account already.")).toBeVisible();

  await signOut(page, user);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/tasks");
  await expect(newTaskInput(page)).toBeEnabled();
  await page.goto("/settings");
  await expect(passkeysSection(page).getByText(/, last used/)).toBeVisible();
  await expect(page.getByText("Passkey added", { exact: true })).toBeVisible();

  // Signing in with the passkey was a reauthentication.
  await page.getByRole("button", { name: "Remove My laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("You have no passkeys yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a passkey" })).toBeFocused();

  // The device still has it.
  await signOut(page, user);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByText("This passkey was removed from its account.")).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("passkey signs in by the autofill of the e-mail field", async ({ page }) => {
  test.slow();
  const authenticator = await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await addPasskey(page, user, "My laptop");
  await authenticator.setPresent(false);
  await signOut(page, user);
  await expect(page.getByLabel("E-mail")).toHaveAttribute("autocomplete", "username webauthn");
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
  // The virtual authenticator chooses its passkey in the autofill.
  await authenticator.setPresent(true);
  await page.reload();
  await page.waitForURL("**/tasks");
});

test("passkey confirms a change and the deletion of the account, and other tabs continue", async ({
  page,
  context,
}) => {
  test.slow();
  await disableAutofill(page);
  await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await addPasskey(page, user, "My laptop");
  // A session without a reauthentication.
  await signOut(page, user);
  await signIn(page, user);
  await page.waitForURL("**/tasks");
  const other = await context.newPage();
  await other.goto("/tasks");
  await addTask(other, "before");
  await page.goto("/settings");
  await page.getByRole("button", { name: "Remove My laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  // Without the confirmation nothing is removed.
  await confirmDialog(page).getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Nothing was changed, because you did not confirm")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await confirmDialog(page).getByRole("button", { name: "Confirm with a passkey" }).click();
  await expect(page.getByText("You have no passkeys yet.")).toBeVisible();
  // The other tab has an access token of the replaced session.
  await addTask(other, "after");
  await expect(other.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText(/^Signed out ./)).toHaveCount(0);

  const headers = { origin: new URL(page.url()).origin };
  const deletion = await page.request.post("/api/auth/delete-user", { data: {}, headers });
  expect(deletion.status()).toBe(200);
});

test("passkey signs in again when the session has ended", async ({ page, stack }) => {
  test.slow();
  await disableAutofill(page);
  await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await addPasskey(page, user, "My laptop");
  await page.goto("/tasks");
  await addTask(page, "Buy milk");
  await newTaskInput(page).fill("half a thou");
  const headers = { origin: stack.baseUrl };
  expect((await page.request.post("/api/auth/sign-out", { data: {}, headers })).ok()).toBe(true);
  // The backend learns of the end of the session with its next list of revocations.
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(async () => {
    if (!(await dialog.isVisible())) await taskCheckbox(page, "Buy milk").click({ timeout: 1_000 });
    await expect(dialog).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await dialog.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(newTaskInput(page)).toHaveValue("half a thou");
});

test("altered, replayed and unverified passkeys open no session", async ({ page, stack }) => {
  test.slow();
  await disableAutofill(page);
  const authenticator = await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await addPasskey(page, user, "My laptop");
  await signOut(page, user);
  const button = page.getByRole("button", { name: "Sign in with a passkey" });
  const refused = page.getByText("This passkey was not accepted.");

  // The response of a page under another origin.
  await page.route(SIGN_IN_URL, async (route) => {
    const { response } = route.request().postDataJSON();
    const clientData = JSON.parse(Buffer.from(response.response.clientDataJSON, "base64url").toString());
    clientData.origin = "https://todo.example.net";
    response.response.clientDataJSON = Buffer.from(JSON.stringify(clientData)).toString("base64url");
    await route.continue({ postData: JSON.stringify({ response }) });
  });
  await button.click();
  await expect(refused).toBeVisible();
  await page.unroute(SIGN_IN_URL);

  // Without user verification, which the page would not ask for.
  await authenticator.setUserVerified(false);
  await page.route("**/api/auth/passkey/generate-authenticate-options", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), userVerification: "discouraged" } });
  });
  await button.click();
  await expect(page.getByText("Your device did not check that it’s you.")).toBeVisible();
  await page.unrouteAll({ behavior: "wait" });
  await authenticator.setUserVerified(true);
  expect(await sessionCookie(page)).toBeUndefined();

  // The same response twice, with the same cookies.
  const cookies = async () => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  let sent = { cookie: "", data: "" };
  await page.route(SIGN_IN_URL, async (route) => {
    sent = { cookie: await cookies(), data: route.request().postData() ?? "" };
    await route.continue();
  });
  await button.click();
  await page.waitForURL("**/tasks");
  const replay = await fetch(`${stack.baseUrl}/api/auth/passkey/verify-authentication`, {
    method: "POST",
    headers: { cookie: sent.cookie, origin: stack.baseUrl, "content-type": "application/json" },
    body: sent.data,
  });
  expect([replay.status, ((await replay.json()) as { code: string }).code]).toEqual([400, "CHALLENGE_NOT_FOUND"]);
});

test("passkey of a deleted account is refused", async ({ page, stack }) => {
  test.slow();
  await disableAutofill(page);
  await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await addPasskey(page, user, "My laptop");
  const headers = { origin: stack.baseUrl };
  expect((await page.request.post("/api/auth/delete-user", { data: {}, headers })).status()).toBe(200);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByText("This passkey was removed from its account.")).toBeVisible();
});

test("pages with passkeys are accessible", APPEARANCE, async ({ page }) => {
  test.slow();
  await disableAutofill(page);
  await page.setViewportSize(NARROW);
  const check = (state: string) => expectAccessible(page, state);
  await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await confirmDialog(page).getByLabel("Password", { exact: true }).waitFor();
  await check("confirmation");
  await confirmWithPassword(page, user);
  await page.getByLabel("Name of the passkey").waitFor();
  await check("naming");
  await page.getByLabel("Name of the passkey").fill("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Remove Donau/ }).click();
  await page.getByRole("dialog").waitFor();
  await check("removal");
  await page.keyboard.press("Escape");
  await check("settings with a passkey");
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await check("sign-in");
});

test("passkeys are usable with the keyboard alone", async ({ page }) => {
  await disableAutofill(page);
  await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await page.goto("/settings");
  const press = async (name: string, key = "Enter") => {
    const button = page.getByRole("button", { name, exact: true });
    await expect(button).toBeEnabled();
    for (
      let presses = 0;
      presses < 60 && !(await button.evaluate((each) => each === document.activeElement));
      presses++
    )
      await page.keyboard.press("Tab");
    await expect(button).toBeFocused();
    await page.keyboard.press(key);
  };
  await press("Add a passkey");
  await expect(confirmDialog(page).getByLabel("Password", { exact: true })).toBeFocused();
  await page.keyboard.type(user.password);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name of the passkey")).toBeFocused({ timeout: 30_000 });
  // The proposed name is selected.
  await page.keyboard.type("Key");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The name is changed.")).toBeVisible();
  await page.keyboard.press("Shift+Tab");
  await press("Remove Key");
  await press("Remove");
  await expect(page.getByText("You have no passkeys yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a passkey" })).toBeFocused();
});

test("sign-in page of a browser without passkeys shows no error", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toBeEnabled();
  await expect(page.locator("main").getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "This browser has no passkeys." })).toBeVisible();
  expect(errors).toEqual([]);
});

test("page under a loopback address says where passkeys work", async ({ browser, stack }) => {
  await stack.stopApp();
  await stack.startApp({ HOSTNAME: "127.0.0.1", BETTER_AUTH_URL: stack.baseUrl.replace("localhost", "127.0.0.1") });
  try {
    const address = stack.baseUrl.replace("localhost", "127.0.0.1");
    const page = await newBrowser(browser, stack);
    await page.goto(`${address}/sign-in`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByText(`Open this app at ${stack.baseUrl} to use them.`)).toBeVisible();
    await signUp(page, newUser(), address);
    await page.goto(`${address}/settings`);
    await expect(passkeysSection(page).getByText(`Open this app at ${stack.baseUrl} to use them.`)).toBeVisible();
    await expect(page.getByRole("button", { name: "Add a passkey" })).toHaveCount(0);
    await page.context().close();
  } finally {
    await stack.stopApp();
    await stack.startApp();
  }
});
