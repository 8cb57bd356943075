import type { Page } from "@playwright/test";
import {
  expect,
  newBrowser,
  newUser,
  signIn,
  signInInNewBrowser,
  signOut,
  signUp,
  test,
  type User,
} from "./fixtures.ts";
import type { Mailbox } from "./mailbox.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import type { Stack } from "./stack.ts";

const CONFIRM = "Confirm your new e-mail address";
const REQUESTED = "Change of your e-mail address requested";
const CHANGED = "Your e-mail address was changed";

const changeButton = (page: Page) =>
  page.getByRole("button", { name: /^(Change e-mail address|Use another address)$/ });
const status = (page: Page) =>
  page
    .getByRole("main")
    .getByRole("status")
    .filter({ hasText: /mail|cancelled/ });

async function linkOf(mailbox: Mailbox, to: string, subject: string): Promise<string> {
  const { links } = await mailbox.waitFor(to, subject);
  return links.find((link) => link.includes("#token=")) ?? "";
}

/** Confirms the address of the account with the link of the mail after the sign-up. */
async function verifyAddress(page: Page, { mailbox }: Stack, { email }: User): Promise<void> {
  const link = await linkOf(mailbox, email, "Confirm your e-mail address");
  const response = await page.request.post("/api/auth/verify-email", {
    data: { token: link.split("#token=")[1] },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(response.status()).toBe(200);
}

/** Enters the new address on the settings page, and the password where it is asked for. */
async function requestChange(page: Page, user: User, newEmail: string): Promise<void> {
  await page.goto("/settings");
  await changeButton(page).click();
  await page.getByLabel("New e-mail address").fill(newEmail);
  await page.getByRole("button", { name: "Send the link", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it’s you" });
  const sent = status(page).filter({ hasText: newEmail });
  await expect(dialog.or(sent)).toBeVisible();
  if (await dialog.isVisible()) {
    await dialog.getByLabel("Password", { exact: true }).fill(user.password);
    await dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  }
  await expect(sent).toBeVisible();
}

test("address changes after the link at the new address, and the old one is told", async ({ page, browser, stack }) => {
  test.slow();
  const user = await signUp(page);
  await verifyAddress(page, stack, user);
  const newEmail = newUser("Ada Newman").email;
  await requestChange(page, user, newEmail);
  await expect(page.getByText(`Open the link in the mail to ${newEmail}`)).toBeVisible();
  await expect(changeButton(page)).toBeFocused();
  expect((await stack.mailbox.waitFor(user.email, REQUESTED)).text).toContain("This was not me");
  const link = await linkOf(stack.mailbox, newEmail, CONFIRM);

  // Another browser, such as that of a phone.
  const phone = await newBrowser(browser, stack);
  await phone.goto(link);
  await expect(phone).toHaveURL(/\/change-email$/);
  await phone.getByRole("button", { name: "Use this address" }).click();
  await expect(phone.getByRole("heading", { name: "Your e-mail address is changed" })).toBeFocused();
  expect((await stack.mailbox.waitFor(user.email, CHANGED)).text).toContain("This was not me");

  await page.reload();
  await expect(page.getByRole("main")).toContainText(newEmail);
  await expect(page.getByRole("main")).not.toContainText(user.email);
  await expect(page.getByText("Open the link in the mail to")).toHaveCount(0);
  await expect(page.getByText("E-mail address changed")).toBeVisible();
  await signOut(page, user);
  await signIn(page, user);
  await expect(page.getByRole("alert").filter({ hasText: "don’t belong together" })).toBeVisible();
  await signIn(page, { ...user, email: newEmail });
  await page.waitForURL("**/tasks");

  // The link works once.
  await phone.goto("/");
  await phone.goto(link);
  await phone.getByRole("button", { name: "Use this address" }).click();
  await expect(phone.getByRole("alert").filter({ hasText: "does not work" })).toBeVisible();
  await phone.context().close();
});

test("way back at the old address undoes the change, signs everybody out and starts a new password", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  await verifyAddress(page, stack, user);
  // Someone who knows the password takes the account over.
  const stranger = await signInInNewBrowser(browser, stack, user);
  const strangersEmail = newUser("Eve Stranger").email;
  await requestChange(stranger, user, strangersEmail);
  await stranger.goto(await linkOf(stack.mailbox, strangersEmail, CONFIRM));
  await stranger.getByRole("button", { name: "Use this address" }).click();
  await expect(stranger.getByRole("heading", { name: "Your e-mail address is changed" })).toBeVisible();

  const link = await linkOf(stack.mailbox, user.email, CHANGED);
  await page.goto(link);
  await expect(page).toHaveURL(/\/account-alert$/);
  await page.getByRole("button", { name: "This was not me" }).click();
  await expect(page.getByRole("heading", { name: "Your account is protected" })).toBeFocused();
  await expect(page.getByText("It has its earlier e-mail address again.")).toBeVisible();
  await stack.mailbox.waitFor(strangersEmail, "The change of your e-mail address was undone");
  const resetLink = await linkOf(stack.mailbox, user.email, "Choose a new password");

  await stranger.goto("/tasks");
  await stranger.waitForURL("**/sign-in*");
  await signIn(stranger, { ...user, email: strangersEmail });
  await expect(stranger.getByRole("alert").filter({ hasText: "don’t belong together" })).toBeVisible();
  await signIn(stranger, user);
  await expect(stranger.getByRole("alert").filter({ hasText: "don’t belong together" })).toBeVisible();

  const password = `another ${user.password}`;
  const reset = await page.request.post("/api/auth/reset-password", {
    data: { token: resetLink.split("#token=")[1], newPassword: password },
    headers: { origin: stack.baseUrl },
  });
  expect(reset.status()).toBe(200);
  await page.goto("/sign-in");
  await signIn(page, { ...user, password });
  await page.waitForURL("**/tasks");
  await page.goto(link);
  await page.getByRole("button", { name: "This was not me" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "does not work" })).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByRole("main")).toContainText(user.email);
  await expect(page.getByText("Earlier e-mail address restored")).toBeVisible();
  await stranger.context().close();
});

test("pending change is cancelled, and link of another account, tampered link and link without a token are refused", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  const newEmail = newUser("Ada Newman").email;
  await requestChange(page, user, newEmail);
  const link = await linkOf(stack.mailbox, newEmail, CONFIRM);
  const other = await newBrowser(browser, stack);
  await signUp(other, newUser("Bob Other"), stack.baseUrl);
  const open = async (url: string, message: string) => {
    await other.goto("/sign-in");
    await other.goto(url);
    await other.getByRole("button", { name: "Use this address" }).click();
    await expect(other.getByRole("alert").filter({ hasText: message })).toBeVisible();
  };
  await open(link, "Another account is signed in here");
  await open(`${link.slice(0, -4)}AAAA`, "does not work");
  await other.goto("/sign-in");
  await other.goto("/change-email");
  await expect(other.getByRole("alert").filter({ hasText: "not complete" })).toBeVisible();
  await expect(other.getByRole("button", { name: "Use this address" })).toBeDisabled();

  await page.reload();
  await page.getByRole("button", { name: "Cancel the change" }).click();
  await expect(status(page)).toHaveText(/cancelled/);
  await expect(page.getByText("Open the link in the mail to")).toHaveCount(0);
  await expect(changeButton(page)).toBeFocused();
  await other.context().clearCookies();
  await open(link, "does not work");
  await page.reload();
  await expect(page.getByRole("main")).toContainText(user.email);
  await other.context().close();
});

test("expired link changes nothing, and the change can be requested again", async ({ page, stack }) => {
  test.slow();
  const user = await signUp(page);
  const newEmail = newUser("Ada Newman").email;
  await requestChange(page, user, newEmail);
  const expired = await linkOf(stack.mailbox, newEmail, CONFIRM);
  stack.runSql("UPDATE emailChange SET expiresAt = ? WHERE newEmail = ?", [new Date(0).toISOString(), newEmail]);
  await page.goto(expired);
  await page.getByRole("button", { name: "Use this address" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "This link has expired." })).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByRole("main")).toContainText(user.email);
  await requestChange(page, user, newEmail);
  await page.goto(await linkOf(stack.mailbox, newEmail, CONFIRM));
  await page.getByRole("button", { name: "Use this address" }).click();
  await expect(page.getByRole("heading", { name: "Your e-mail address is changed" })).toBeVisible();
});

test("address that has an account looks the same as a free one, and its owner is told", async ({
  page,
  browser,
  stack,
}) => {
  const user = await signUp(page);
  const other = await newBrowser(browser, stack);
  const owner = await signUp(other, newUser("Bob Owner"), stack.baseUrl);
  await requestChange(page, user, owner.email);
  await expect(page.getByText(`Open the link in the mail to ${owner.email}`)).toBeVisible();
  const mail = await stack.mailbox.waitFor(owner.email, "Your e-mail address already has an account");
  expect(mail.links).toEqual([]);
  await other.context().close();
});

test("change is made with the keyboard alone, and errors are beside the field", async ({ page, stack }) => {
  const user = await signUp(page);
  await page.goto("/settings");
  await expect(changeButton(page)).toBeEnabled();
  await changeButton(page).focus();
  await page.keyboard.press("Enter");
  const field = page.getByLabel("New e-mail address");
  await expect(field).toBeFocused();
  await page.keyboard.type("not an address");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAccessibleDescription(/This is not an e-mail address/);
  await expect(field).toBeFocused();
  await field.fill(user.email);
  await page.keyboard.press("Enter");
  await expect(field).toHaveAccessibleDescription(/This is your address already/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Keep my address" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(changeButton(page)).toBeFocused();
  await requestChange(page, user, newUser("Ada Newman").email);
  await stack.mailbox.waitFor(user.email, REQUESTED);
});

test("states of the change are accessible", APPEARANCE, async ({ page, stack }) => {
  test.slow();
  await page.setViewportSize(NARROW);
  const check = (state: string) => expectAccessible(page, state);
  const user = await signUp(page);
  const newEmail = newUser("Wilhelmina-Featherstonehaugh-Cholmondeley-Marjoribanks Long").email;
  await page.goto("/settings");
  await changeButton(page).click();
  await page.getByRole("button", { name: "Send the link", exact: true }).click();
  await page.getByText("Enter the new e-mail address.").waitFor();
  await check("form with an error");
  await requestChange(page, user, newEmail);
  await check("pending");
  await page.goto("/sign-in");
  await page.goto("/change-email#token=x");
  await expect(page.getByRole("button", { name: "Use this address" })).toBeEnabled();
  await check("confirmation");
  await page.getByRole("button", { name: "Use this address" }).click();
  await page.getByRole("alert").filter({ hasText: "does not work" }).waitFor();
  await check("refused confirmation");
  await page.goto("/sign-in");
  await page.goto(await linkOf(stack.mailbox, newEmail, CONFIRM));
  await page.getByRole("button", { name: "Use this address" }).click();
  await page.getByRole("heading", { name: "Your e-mail address is changed" }).waitFor();
  await check("changed");
});
