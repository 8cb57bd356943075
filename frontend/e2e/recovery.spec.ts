import type { Page } from "@playwright/test";
import { expect, fetchToken, newBrowser, newUser, signIn, signOut, signUp, test, type User } from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import type { Stack } from "./stack.ts";

const SUBJECT = "Choose a new password";
const NEW_PASSWORD = "four other unrelated words";

const newPassword = (page: Page) => page.getByLabel("New password", { exact: true });
const changeButton = (page: Page) => page.getByRole("button", { name: "Change password" });

/** Asks for a link on the page. Returns the link in the mail. */
async function requestLink(page: Page, { mailbox }: Stack, email: string): Promise<string> {
  await page.goto("/forgot-password");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { name: "Check your mail" })).toBeFocused();
  return (await mailbox.waitFor(email, SUBJECT)).links[0] ?? "";
}

async function choosePassword(page: Page, link: string, password = NEW_PASSWORD): Promise<void> {
  await page.goto(link);
  await newPassword(page).fill(password);
  await changeButton(page).click();
}

/** A user who is signed out. */
async function createUser(page: Page): Promise<User> {
  const user = await signUp(page);
  await signOut(page, user);
  return user;
}

test("forgotten password is replaced by the link in the mail, and all sessions and tokens end", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  const { token, userId } = await fetchToken(page);
  const other = await newBrowser(browser, stack);
  await other.goto("/sign-in");
  await other.getByRole("link", { name: "Forgotten your password?" }).click();
  await other.waitForURL("**/forgot-password");
  const link = await requestLink(other, stack, user.email);
  expect(link).toMatch(new RegExp(`^${stack.baseUrl}/reset-password#token=\\w{24}$`));
  await other.goto(link);
  await expect(newPassword(other)).toBeVisible();
  // The token is neither in the address bar nor in a request.
  await expect(other).toHaveURL(`${stack.baseUrl}/reset-password`);

  await newPassword(other).fill("password123");
  await changeButton(other).click();
  await expect(newPassword(other)).toHaveAccessibleDescription(/one of the most common passwords/);
  await newPassword(other).fill(NEW_PASSWORD);
  await changeButton(other).click();
  await expect(other.getByRole("heading", { name: "Your password is changed" })).toBeFocused();
  await other.getByRole("link", { name: "Sign in" }).first().click();
  await signIn(other, { ...user, password: NEW_PASSWORD });
  await other.waitForURL("**/tasks");
  // The new session's tokens are accepted at once.
  const fresh = await fetchToken(other);
  const statusOf = async (each: string) =>
    (await fetch(`${stack.apiUrl}/api/${userId}/tasks`, { headers: { authorization: `Bearer ${each}` } })).status;
  await expect.poll(() => statusOf(token)).toBe(401);
  expect(await statusOf(fresh.token)).toBe(200);

  await page.goto("/tasks");
  await page.waitForURL("**/sign-in*");
  await signIn(page, user);
  await expect(page.getByText("This e-mail address and password don’t belong together.")).toBeVisible();
  await other.context().close();
});

test("used, tampered and incomplete links say so and lead to a new one", async ({ page, stack }) => {
  test.slow();
  const user = await createUser(page);
  const [first, second] = [await requestLink(page, stack, user.email), await requestLink(page, stack, user.email)];
  await choosePassword(page, second);
  await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
  const tampered = second.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  for (const link of [second, first, tampered]) {
    await page.goto("/sign-in");
    await choosePassword(page, link, "yet another set of words");
    await expect(page.getByText(/This link does not work/)).toBeVisible();
  }
  for (const link of ["/reset-password", "/reset-password#token="]) {
    await page.goto("/sign-in");
    await page.goto(link);
    await expect(page.getByText("This link is not complete.")).toBeVisible();
  }
  await page.getByRole("link", { name: "Ask for a new link" }).click();
  await page.waitForURL("**/forgot-password");
  await page.goto("/sign-in");
  await signIn(page, { ...user, password: NEW_PASSWORD });
  await page.waitForURL("**/tasks");
});

test("expired link says so and a new one works", async ({ page, stack }) => {
  test.slow();
  const user = await createUser(page);
  const expired = await requestLink(page, stack, user.email);
  stack.runSql("UPDATE verification SET expiresAt = ? WHERE value = (SELECT id FROM user WHERE email = ?)", [
    new Date(0).toISOString(),
    user.email,
  ]);
  await choosePassword(page, expired);
  await expect(page.getByText(/This link does not work/)).toBeVisible();
  await choosePassword(page, await requestLink(page, stack, user.email));
  await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
});

test("link of one account leaves the account that is signed in as it is", async ({ page, browser, stack }) => {
  test.slow();
  const user = await createUser(page);
  const link = await requestLink(page, stack, user.email);
  const other = await newBrowser(browser, stack);
  const otherUser = await signUp(other);
  await choosePassword(other, link);
  await expect(other.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
  await other.goto("/tasks");
  await expect(other.getByRole("button", { name: `Account of ${otherUser.name}` })).toBeVisible();
  await signOut(other, otherUser);
  await signIn(other, otherUser);
  await other.waitForURL("**/tasks");
  await other.context().close();
});

test("address without an account gets the same answer, and no mail", async ({ page, stack }) => {
  const unknown = newUser("Unknown User");
  await page.goto("/forgot-password");
  await page.getByLabel("E-mail").fill(unknown.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText(`If there is an account with ${unknown.email}, a link is on its way`)).toBeVisible();
  await page.getByRole("button", { name: "Use another address" }).click();
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription("This is not an e-mail address.");
  await expect(page.getByLabel("E-mail")).toBeFocused();
  // A mail that was requested later has arrived.
  const user = await createUser(page);
  await requestLink(page, stack, user.email);
  expect(stack.mailbox.mailsTo(unknown.email)).toEqual([]);
});

test("password is replaced with the keyboard alone", async ({ page, stack }) => {
  test.slow();
  const user = await createUser(page);
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
  await page.getByRole("link", { name: "Forgotten your password?" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/forgot-password");
  await expect(page.getByRole("button", { name: "Send the link" })).toBeEnabled();
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(user.email);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Check your mail" })).toBeFocused();
  await page.goto((await stack.mailbox.waitFor(user.email, SUBJECT)).links[0] ?? "");
  await expect(changeButton(page)).toBeEnabled();
  await page.keyboard.press("Tab");
  await expect(newPassword(page)).toBeFocused();
  await page.keyboard.type(NEW_PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sign-in");
});

test("pages of a forgotten password are accessible", APPEARANCE, async ({ page, stack }) => {
  test.slow();
  await page.setViewportSize(NARROW);
  const user = await createUser(page);
  await page.goto("/forgot-password");
  await expectAccessible(page, "forgotten password");
  const link = await requestLink(page, stack, user.email);
  await expectAccessible(page, "link sent");
  await page.goto(link);
  await newPassword(page).fill("password123");
  await changeButton(page).click();
  await expect(newPassword(page)).toHaveAccessibleDescription(/most common/);
  await expectAccessible(page, "new password with an error");
  await newPassword(page).fill(NEW_PASSWORD);
  await changeButton(page).click();
  await page.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await expectAccessible(page, "password changed");
  await page.goto("/sign-in");
  await choosePassword(page, link);
  await page.getByText(/This link does not work/).waitFor();
  await expectAccessible(page, "refused link");
});
