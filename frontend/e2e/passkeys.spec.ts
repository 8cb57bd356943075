import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  addTask,
  expect,
  newBrowser,
  newTaskInput,
  newUser,
  signOut,
  signUp,
  taskCheckbox,
  test,
  type User,
  waitForAnimations,
} from "./fixtures.ts";
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

test("passkey is added, named, signs in by the button, and is removed", async ({ page }) => {
  test.slow();
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
  // The session was replaced.
  expect(await sessionCookie(page)).not.toBe(before);
  const name = page.getByLabel("Name of the passkey");
  await expect(name).toBeFocused();
  await expect(name).toHaveValue("Chrome on Linux");
  await name.fill("");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(name).toHaveAccessibleDescription("Enter a name for the passkey.");
  await name.fill("My laptop");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("The name is changed.")).toBeVisible();
  await expect(passkeysSection(page).getByText("My laptop", { exact: true })).toBeVisible();
  await expect(passkeysSection(page).getByText(/not used yet/)).toBeVisible();
  expect(await authenticator.credentials()).toMatchObject([{ rpId: "localhost" }]);

  // The same authenticator has one passkey an account.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("This device has a passkey for your account already.")).toBeVisible();

  await signOut(page, user);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/tasks");
  await expect(newTaskInput(page)).toBeEnabled();
  await page.goto("/settings");
  await expect(passkeysSection(page).getByText(/, last used/)).toBeVisible();
  await expect(page.getByText("Passkey added")).toBeVisible();

  // Signing in with the passkey was a reauthentication.
  await page.getByRole("button", { name: "Remove My laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("You have no passkeys yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a passkey" })).toBeFocused();

  // The device still has it. The conditional ceremony would use it at once.
  await signOut(page, user);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByText("This passkey was removed from its account.").first()).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("passkey signs in by the autofill of the e-mail field", async ({ page }) => {
  const authenticator = await addVirtualAuthenticator(page);
  const user = await signUp(page);
  await addPasskey(page, user, "My laptop");
  await authenticator.client.send("WebAuthn.setAutomaticPresenceSimulation", {
    authenticatorId: authenticator.id,
    enabled: false,
  });
  await signOut(page, user);
  await expect(page.getByLabel("E-mail")).toHaveAttribute("autocomplete", "username webauthn");
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
  // The virtual authenticator chooses its passkey in the autofill.
  await authenticator.client.send("WebAuthn.setAutomaticPresenceSimulation", {
    authenticatorId: authenticator.id,
    enabled: true,
  });
  await page.reload();
  await page.waitForURL("**/tasks");
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
