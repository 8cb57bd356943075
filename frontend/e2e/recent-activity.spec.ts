import type { Page } from "@playwright/test";
import { expect, randomClientIp, signIn, signInInNewBrowser, signOut, signUp, test } from "./fixtures.ts";

const activity = (page: Page) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: "Recent activity" }) });
const titles = (page: Page) => activity(page).getByRole("listitem").locator("p:first-child");

test("settings page shows sign-ins, failed sign-ins and ended sessions with device and time", async ({
  page,
  browser,
  stack,
}) => {
  test.slow();
  const user = await signUp(page);
  await signOut(page, user);
  for (let attempt = 0; attempt < 2; attempt++) {
    const response = page.waitForResponse("**/api/auth/sign-in/email");
    await signIn(page, { ...user, password: "not the password" });
    await response;
  }
  await signIn(page, user);
  await page.waitForURL("**/tasks");
  const other = await signInInNewBrowser(browser, stack, user);

  // Failed sign-ins are stored a moment later.
  await expect(async () => {
    await page.goto("/settings");
    await expect(titles(page)).toHaveText(
      ["Signed in", "Signed in", "2 failed sign-ins", "Signed out", "Account created"],
      { timeout: 1_000 },
    );
  }).toPass();
  await page.getByRole("button", { name: /^Sign out Chrome on/ }).click();
  await expect(titles(page).first()).toHaveText(/^Signed out Chrome on \w+$/);
  const times = activity(page).getByRole("time");
  await expect(times).toHaveCount(6);
  await expect(times.first()).toHaveText(/^\w+ \d+, \d{4}, \d+:\d\d/);
  await expect(activity(page).getByText(/^Last from Chrome on \w+, /)).toHaveCount(1);
  await other.context().close();
});

test("long activity is shown in part until it is expanded, and fits the width of a phone", async ({
  page,
  browser,
}) => {
  test.slow();
  await page.setViewportSize({ width: 320, height: 640 });
  const { email, password } = await signUp(page);
  const origin = new URL(page.url()).origin;
  for (let signIns = 0; signIns < 11; signIns++) {
    // One browser, or one address, may sign in eight times a minute.
    const context = await browser.newContext({ baseURL: origin });
    const headers = { origin, "x-forwarded-for": randomClientIp() };
    const response = await context.request.post("/api/auth/sign-in/email", { data: { email, password }, headers });
    expect(response.status()).toBe(200);
    await context.close();
  }
  await page.goto("/settings");
  const items = activity(page).getByRole("listitem");
  await expect(items).toHaveCount(10);
  await page.getByRole("button", { name: "Show all 12" }).click();
  await expect(items).toHaveCount(12);
  await expect(titles(page).last()).toHaveText("Account created");
  await expect(page.getByRole("button", { name: "Show fewer" })).toBeFocused();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.getByRole("button", { name: "Show fewer" }).click();
  await expect(items).toHaveCount(10);
});
