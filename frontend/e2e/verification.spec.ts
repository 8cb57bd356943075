import type { Page } from "@playwright/test";
import { decodeJwt, SignJWT } from "jose";
import {
  addButton,
  addTask,
  test as base,
  expect,
  fetchToken,
  fillSignUp,
  newBrowser,
  newTaskInput,
  newUser,
  signIn,
  signUp,
  taskCheckbox,
  waitForWrite,
} from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import { type Stack, startStack, type TokenMode } from "./stack.ts";

const SUBJECT = "Confirm your e-mail address";

/** A second stack, whose accounts need a confirmed address. */
const test = base.extend<object, { strict: Stack }>({
  strict: [
    async ({ mode }: { mode: TokenMode }, use) => {
      const stack = await startStack({ mode, settings: { REQUIRE_VERIFIED_EMAIL: "true" } });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker" },
  ],
});

const banner = (page: Page) => page.getByRole("region", { name: "E-mail address" });
const confirmButton = (page: Page) => page.getByRole("button", { name: "Confirm the address" });
const confirmed = (page: Page) => page.getByRole("heading", { name: "Your e-mail address is confirmed" });

const linkTo = async ({ mailbox }: Stack, email: string): Promise<string> =>
  (await mailbox.waitFor(email, SUBJECT)).links[0] ?? "";

/** As if the address had not been confirmed for seven days. */
const endVerificationPeriod = (stack: Stack, email: string): void =>
  stack.runSql("UPDATE user SET verifyEmailBy = ? WHERE email = ?", [new Date(0).toISOString(), email]);

test("link of the sign-up confirms the address, and the other tab's banner goes", async ({ page, context, stack }) => {
  const user = await signUp(page);
  await expect(banner(page)).toContainText(user.email);
  await expect(banner(page)).toContainText("you can only read your tasks");
  const link = await linkTo(stack, user.email);
  const tab = await context.newPage();
  await tab.goto(link);
  await expect(confirmButton(tab)).toBeEnabled();
  await expect(tab).toHaveURL(`${stack.baseUrl}/verify-email`);
  // Opening the page confirms nothing, because programs that check mails open it too.
  await page.reload();
  await expect(banner(page)).toBeVisible();
  // Enabled after hydration: the page listens to the other tab from then on.
  await expect(addButton(page)).toBeEnabled();
  await confirmButton(tab).click();
  await expect(confirmed(tab)).toBeFocused();
  await expect(banner(page)).toHaveCount(0);
  await tab.getByRole("link", { name: "To your tasks" }).first().click();
  await tab.waitForURL("**/tasks");
  await expect(banner(tab)).toHaveCount(0);
});

test("link is sent again, and works in a browser that is not signed in", async ({ page, browser, stack }) => {
  const user = await signUp(page);
  await linkTo(stack, user.email);
  await banner(page).getByRole("button", { name: "Send the link again" }).click();
  await expect(banner(page).getByRole("status")).toHaveText(`A new link is on its way to ${user.email}.`);
  const link = await linkTo(stack, user.email);
  const other = await newBrowser(browser, stack);
  await other.goto(link);
  await confirmButton(other).click();
  await expect(confirmed(other)).toBeFocused();
  await other.getByRole("link", { name: "Sign in" }).first().click();
  await other.waitForURL("**/sign-in");
  // The user comes back to the open tab.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(banner(page)).toHaveCount(0);
  // The second use of a link has nothing left to do.
  await other.goto(link);
  await confirmButton(other).click();
  await expect(confirmed(other)).toBeVisible();
  await other.context().close();
});

test("tampered, foreign and incomplete links say so and lead to another one", async ({ page, browser, stack }) => {
  test.slow();
  const user = await signUp(page);
  const link = await linkTo(stack, user.email);
  const { token } = await fetchToken(page);
  const other = await newBrowser(browser, stack);
  for (const wrong of [`${link}x`, `${stack.baseUrl}/verify-email#token=${token}`]) {
    await other.goto("/sign-in");
    await other.goto(wrong);
    await confirmButton(other).click();
    await expect(other.getByText(/This link does not work/)).toBeVisible();
    await expect(other.getByText(/Sign in to get another link\./)).toBeVisible();
  }
  await page.goto("/verify-email");
  await expect(page.getByText("This link is not complete.")).toBeVisible();
  await page.getByRole("button", { name: "Send the link again" }).click();
  await page.goto(await linkTo(stack, user.email));
  await confirmButton(page).click();
  await expect(confirmed(page)).toBeVisible();
  await other.context().close();
});

test("expired link says so and another one works", async ({ page, stack }) => {
  const user = await signUp(page);
  const link = await linkTo(stack, user.email);
  const claims = decodeJwt(link.split("#token=")[1] ?? "");
  const expired = await new SignJWT({ ...claims, exp: (claims.iat ?? 0) - 1 })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(stack.secret));
  await page.goto(`${stack.baseUrl}/verify-email#token=${expired}`);
  await confirmButton(page).click();
  await expect(page.getByText("This link has expired.")).toBeVisible();
  await page.getByRole("button", { name: "Send the link again" }).click();
  // In the same tab, as if it was pasted into the address bar.
  await page.goto(await linkTo(stack, user.email));
  await confirmButton(page).click();
  await expect(confirmed(page)).toBeVisible();
});

test("account without a confirmed address can read after seven days, and change again after the link", async ({
  page,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  const link = await linkTo(stack, user.email);
  await addTask(page, "Buy milk");
  endVerificationPeriod(stack, user.email);
  await page.reload();
  await expect(banner(page)).toContainText("You can only read your tasks until you confirm");
  await expect(newTaskInput(page)).toBeDisabled();
  await taskCheckbox(page, "Buy milk").click();
  await expect(page.getByText(/Confirm your e-mail address first\./)).toBeVisible();
  await expect(taskCheckbox(page, "Buy milk")).not.toBeChecked();
  // The backend refuses it, not only the page.
  const { token, userId } = await fetchToken(page);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const url = `${stack.apiUrl}/api/${userId}/tasks`;
  const refused = await fetch(url, { method: "POST", headers, body: '{"title": "x"}' });
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, "insufficient_scope"]);
  expect((await fetch(url, { headers })).status).toBe(200);

  await page.goto(link);
  await confirmButton(page).click();
  await page.getByRole("link", { name: "To your tasks" }).first().click();
  await addTask(page, "Call the bank");
});

test("open page can change tasks again as soon as the address is confirmed in another browser", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  const link = await linkTo(stack, user.email);
  await addTask(page, "Buy milk");
  endVerificationPeriod(stack, user.email);
  await page.reload();
  await taskCheckbox(page, "Buy milk").click();
  await expect(page.getByText(/Confirm your e-mail address first\./)).toBeVisible();
  const other = await newBrowser(browser, stack);
  await other.goto(link);
  await confirmButton(other).click();
  await expect(confirmed(other)).toBeVisible();
  // The access token of the page still allows to read only. It is replaced after the refusal.
  const written = waitForWrite(page, "PATCH");
  await taskCheckbox(page, "Buy milk").click();
  await written;
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
  await other.context().close();
});

test("account that can only read is deleted by its owner", async ({ page, stack }) => {
  test.slow();
  const user = await signUp(page);
  await addTask(page, "Buy milk");
  endVerificationPeriod(stack, user.email);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Delete account…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: /^Delete/ }).click();
  await page.waitForURL(/\/sign-(in|up)/);
  await signIn(page, user);
  await expect(page.getByText("This e-mail address and password don’t belong together.")).toBeVisible();
});

test("with REQUIRE_VERIFIED_EMAIL nobody is signed in before the link, and a taken address is not disclosed", async ({
  browser,
  strict,
}) => {
  test.slow();
  const page = await newBrowser(browser, strict);
  const user = newUser();
  await page.goto("/sign-up");
  await fillSignUp(page, user);
  await expect(page.getByRole("heading", { name: "Check your mail" })).toBeFocused();
  const answer = await page.getByRole("main").textContent();
  const link = await linkTo(strict, user.email);
  await page.goto("/tasks");
  await page.waitForURL("**/sign-in*");
  await signIn(page, { ...user, password: "not the password" });
  await expect(page.getByText("This e-mail address and password don’t belong together.")).toBeVisible();
  await signIn(page, user);
  await expect(page.getByText(/Your e-mail address is not confirmed yet/)).toBeVisible();
  expect(await linkTo(strict, user.email)).not.toBe("");

  const stranger = await newBrowser(browser, strict);
  await stranger.goto("/sign-up");
  await fillSignUp(stranger, { ...newUser("Mallory Swift"), email: user.email });
  await expect(stranger.getByRole("heading", { name: "Check your mail" })).toBeFocused();
  expect(await stranger.getByRole("main").textContent()).toBe(answer);
  const told = await strict.mailbox.waitFor(user.email, "You have an account already");
  expect(told.text).not.toContain("Mallory");

  await page.goto(link);
  await confirmButton(page).click();
  await expect(confirmed(page)).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).first().click();
  await signIn(page, user);
  await page.waitForURL("**/tasks");
  await expect(banner(page)).toHaveCount(0);
  for (const each of [page, stranger]) await each.context().close();
});

test("address is confirmed with the keyboard alone", async ({ page, stack }) => {
  const user = await signUp(page);
  await page.goto(await linkTo(stack, user.email));
  await expect(confirmButton(page)).toBeEnabled();
  await page.keyboard.press("Tab");
  await expect(confirmButton(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(confirmed(page)).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/tasks");
});

test("pages of the confirmation are accessible", APPEARANCE, async ({ page, browser, stack, strict }) => {
  test.slow();
  await page.setViewportSize(NARROW);
  const user = await signUp(page, newUser("Wilhelmina Featherstonehaugh-Cholmondeley"));
  await banner(page).getByRole("button", { name: "Send the link again" }).click();
  await expect(banner(page).getByRole("status")).toContainText(user.email);
  await expectAccessible(page, "tasks with the banner");
  endVerificationPeriod(stack, user.email);
  await page.reload();
  await expect(banner(page)).toContainText("You can only read");
  await expectAccessible(page, "tasks that can only be read");
  await page.goto("/verify-email");
  await page.getByText("This link is not complete.").waitFor();
  await expectAccessible(page, "incomplete link");
  await page.goto("/sign-in");
  await page.goto(await linkTo(stack, user.email));
  await expect(confirmButton(page)).toBeEnabled();
  await expectAccessible(page, "confirmation");
  await confirmButton(page).click();
  await confirmed(page).waitFor();
  await expectAccessible(page, "confirmed");

  const visitor = await newBrowser(browser, strict);
  await visitor.setViewportSize(NARROW);
  await visitor.goto("/sign-up");
  await fillSignUp(visitor, newUser());
  await visitor.getByRole("heading", { name: "Check your mail" }).waitFor();
  await expectAccessible(visitor, "sign-up that waits for the link");
  await visitor.context().close();
});
