import type { Page } from "@playwright/test";
import { expect, fetchToken, newBrowser, signIn, signInInNewBrowser, signOut, signUp, test } from "./fixtures.ts";
import type { Mailbox } from "./mailbox.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import { MAX_DELAY_MS } from "./revocation-delay.ts";
import { turnOnTwoStep } from "./two-step-setup.ts";

const NEW_DEVICE = "New sign-in to your account";

async function linkOf(mailbox: Mailbox, to: string, subject: string): Promise<string> {
  const { links } = await mailbox.waitFor(to, subject);
  return links.find((link) => link.includes("#token=")) ?? "";
}

const reportButton = (page: Page) => page.getByRole("button", { name: "This was not me" });

test("sign-in in another browser sends a mail, and the same browser later none", async ({ page, browser, stack }) => {
  const user = await signUp(page);
  await signOut(page, user);
  await signIn(page, user);
  await page.waitForURL("**/tasks");
  const other = await signInInNewBrowser(browser, stack, user);
  const mail = await stack.mailbox.waitFor(user.email, NEW_DEVICE);
  expect(mail.text).toMatch(/Chrome on \w+, from the address 10\.\d+\.\d+\.\d+, on \d+ \w+ \d{4} at \d\d:\d\d UTC\./);
  expect(mail.html).toContain("This was not me");
  await signOut(other, user);
  await signIn(other, user);
  await other.waitForURL("**/tasks");
  await page.goto("/settings");
  await page.getByLabel("Current password", { exact: true }).fill(user.password);
  await page.getByLabel("New password", { exact: true }).fill(`another ${user.password}`);
  await page.getByRole("button", { name: "Change password" }).click();
  // Mails are sent in the order of the requests.
  await stack.mailbox.waitFor(user.email, "Your password was changed");
  expect(stack.mailbox.mailsTo(user.email).filter(({ subject }) => subject === NEW_DEVICE)).toHaveLength(1);
  await other.context().close();
});

test("link This was not me ends sessions, access tokens and the password, and starts a new password", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  const stranger = await signInInNewBrowser(browser, stack, user);
  const { token, userId } = await fetchToken(stranger);
  const listTasks = () =>
    fetch(`${stack.apiUrl}/api/${userId}/tasks`, { headers: { authorization: `Bearer ${token}` } });
  expect((await listTasks()).status).toBe(200);

  const link = await linkOf(stack.mailbox, user.email, NEW_DEVICE);
  // A program that scans mails opens the link, with and without scripts, and presses nothing.
  const scanner = await newBrowser(browser, stack);
  await scanner.goto(link);
  await expect(reportButton(scanner)).toBeEnabled();
  expect((await fetch(link)).status).toBe(200);
  await page.reload();
  await expect(page).toHaveURL(/\/tasks$/);

  await page.goto(link);
  await expect(page).toHaveURL(/\/account-alert$/);
  await reportButton(page).click();
  await expect(page.getByRole("heading", { name: "Your account is protected" })).toBeFocused();
  const resetLink = await linkOf(stack.mailbox, user.email, "Choose a new password");
  await expect.poll(async () => (await listTasks()).status, { timeout: MAX_DELAY_MS }).toBe(401);
  for (const each of [page, stranger]) {
    await each.goto("/tasks");
    await each.waitForURL("**/sign-in*");
  }
  await signIn(stranger, user);
  await expect(stranger.getByRole("alert").filter({ hasText: "don’t belong together" })).toBeVisible();

  const password = `another ${user.password}`;
  const reset = await page.request.post("/api/auth/reset-password", {
    data: { token: resetLink.split("#token=")[1], newPassword: password },
    headers: { origin: stack.baseUrl },
  });
  expect(reset.status()).toBe(200);
  await signIn(page, { ...user, password });
  await page.waitForURL("**/tasks");
  await page.goto("/settings");
  await expect(page.getByText("“This was not me” pressed in a mail")).toBeVisible();

  // The link works once.
  await page.goto("/tasks");
  await page.goto(link);
  await reportButton(page).click();
  await expect(page.getByRole("alert").filter({ hasText: "does not work" })).toBeVisible();
  await page.goto("/tasks");
  await expect(page).toHaveURL(/\/tasks$/);
  await Promise.all([stranger, scanner].map((each) => each.context().close()));
});

test("expired and tampered links say so and end nothing", async ({ page, browser, stack }) => {
  const user = await signUp(page);
  const other = await signInInNewBrowser(browser, stack, user);
  const link = await linkOf(stack.mailbox, user.email, NEW_DEVICE);
  const tampered = link.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  stack.runSql("UPDATE accountLink SET expiresAt = ? WHERE email = ?", [new Date(0).toISOString(), user.email]);
  for (const [refused, message] of [
    [link, "This link has expired."],
    [tampered, "does not work"],
  ] as const) {
    await other.goto("/tasks");
    await other.goto(refused);
    await reportButton(other).click();
    await expect(other.getByRole("alert").filter({ hasText: message })).toBeVisible();
  }
  await page.reload();
  await expect(page).toHaveURL(/\/tasks$/);
  await other.context().close();
});

test("owner gets an account back in which a stranger has turned two-step sign-in on", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  const stranger = await signInInNewBrowser(browser, stack, user);
  await turnOnTwoStep(stranger, user);
  await page.goto(await linkOf(stack.mailbox, user.email, "Two-step sign-in was turned on"));
  await reportButton(page).click();
  await page.goto(await linkOf(stack.mailbox, user.email, "Choose a new password"));
  const password = `another ${user.password}`;
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
  await page.goto("/sign-in");
  await signIn(page, { ...user, password });
  await page.waitForURL("**/tasks");
  await stranger.context().close();
});

test("deleted account is told by a mail without a link, and its earlier links are refused", async ({
  page,
  browser,
  stack,
}) => {
  const user = await signUp(page);
  const other = await signInInNewBrowser(browser, stack, user);
  const link = await linkOf(stack.mailbox, user.email, NEW_DEVICE);
  const response = await page.request.post("/api/auth/delete-user", {
    data: { password: user.password },
    headers: { origin: stack.baseUrl },
  });
  expect(response.status()).toBe(200);
  expect((await stack.mailbox.waitFor(user.email, "Your account was deleted")).links).toEqual([]);
  await other.goto(link);
  await reportButton(other).click();
  await expect(other.getByRole("alert").filter({ hasText: "does not work" })).toBeVisible();
  await other.context().close();
});

test("page behind the link is usable with the keyboard alone", async ({ page, browser, stack }) => {
  const user = await signUp(page);
  const other = await signInInNewBrowser(browser, stack, user);
  await page.goto(await linkOf(stack.mailbox, user.email, NEW_DEVICE));
  await expect(reportButton(page)).toBeEnabled();
  await page.keyboard.press("Tab");
  await expect(reportButton(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Your account is protected" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "To sign-in" })).toBeFocused();
  await other.context().close();
});

test("page behind the link is accessible", APPEARANCE, async ({ page, browser, stack }) => {
  test.slow();
  const user = await signUp(page);
  const other = await signInInNewBrowser(browser, stack, user);
  await page.setViewportSize(NARROW);
  await page.goto("/account-alert#token=x");
  await expect(reportButton(page)).toBeEnabled();
  await expectAccessible(page, "before");
  await reportButton(page).click();
  await page.getByRole("alert").filter({ hasText: "does not work" }).waitFor();
  await expectAccessible(page, "refused");
  await page.goto(await linkOf(stack.mailbox, user.email, NEW_DEVICE));
  await reportButton(page).click();
  await page.getByRole("heading", { name: "Your account is protected" }).waitFor();
  await expectAccessible(page, "protected");
  await other.context().close();
});
