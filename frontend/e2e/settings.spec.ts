import type { Browser, Page } from "@playwright/test";
import { expect, fetchToken, newBrowser, newUser, signInInNewBrowser, signUp, test, type User } from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW, WIDE } from "./page-checks.ts";
import type { Stack } from "./stack.ts";

const editName = (page: Page) => page.getByRole("button", { name: "Edit name" });
const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const nameInput = (page: Page) => section(page, "You").getByRole("textbox", { name: "Name", exact: true });

async function openSettings(page: Page): Promise<void> {
  await page.goto("/settings");
  await expect(editName(page)).toBeEnabled();
}

/** Signs in with a browser of its own. */
async function signInElsewhere(browser: Browser, stack: Stack, user: User): Promise<Page> {
  const page = await signInInNewBrowser(browser, stack, user);
  return page;
}

// Most tests sign up several browsers, each of which hashes a password and loads several pages.
test.describe.configure({ timeout: 180_000 });

test("every section has a link, which works without script", async ({ page, browser, baseURL }) => {
  await signUp(page);
  await page.setViewportSize({ width: 1280, height: 720 });
  await openSettings(page);
  const links = page.getByRole("navigation", { name: "Settings" }).getByRole("link");
  expect(await links.allTextContents()).toEqual(await page.getByRole("heading", { level: 2 }).allTextContents());
  await expect(links.first()).toHaveAttribute("aria-current", "location");
  await links.last().click();
  await expect(page).toHaveURL(/#delete-account$/);
  await expect(links.last()).toHaveAttribute("aria-current", "location");
  await expect(section(page, "Delete account")).toBeInViewport();

  const storageState = await page.context().storageState();
  const context = await browser.newContext({ baseURL, storageState, javaScriptEnabled: false });
  const plain = await context.newPage();
  for (const width of [1280, 390, 320]) {
    await plain.setViewportSize({ width, height: 640 });
    await plain.goto("/settings");
    if (width < 1280) await plain.getByText("On this page").click();
    await plain.getByRole("link", { name: "Devices", exact: true }).click();
    await expect(plain).toHaveURL(/#devices$/);
    await expect(section(plain, "Devices")).toBeInViewport();
  }
  await context.close();
});

test("name is edited in place, and the header follows", async ({ page }) => {
  await signUp(page);
  await openSettings(page);
  await editName(page).click();
  await expect(nameInput(page)).toBeFocused();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("Ada Quill");
  await nameInput(page).fill("  Grace Hopper ");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(editName(page)).toBeFocused();
  await expect(section(page, "You").getByText("Grace Hopper", { exact: true })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Your name is changed." })).toBeAttached();
  await expect(page.getByRole("button", { name: "Account of Grace Hopper" })).toHaveText("GH");
  await expect(section(page, "Recent activity").getByText("Name changed")).toBeVisible();
  await page.goto("/tasks");
  await expect(page.getByRole("button", { name: "Account of Grace Hopper" })).toBeVisible();
});

test("name is edited with the keyboard alone, and Escape keeps the old one", async ({ page }) => {
  await signUp(page);
  await openSettings(page);
  await editName(page).focus();
  await page.keyboard.press("Enter");
  await expect(nameInput(page)).toBeFocused();
  await page.keyboard.type("Somebody else");
  await page.keyboard.press("Escape");
  await expect(editName(page)).toBeFocused();
  await expect(section(page, "You").getByText("Ada Quill", { exact: true })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(nameInput(page)).toHaveValue("Ada Quill");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(editName(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Grace");
  await page.keyboard.press("Enter");
  await expect(section(page, "You").getByText("Grace", { exact: true })).toBeVisible();
  await expect(editName(page)).toBeFocused();
});

test("name that an account cannot have is refused beside the field", async ({ page }) => {
  await signUp(page);
  await openSettings(page);
  await editName(page).click();
  for (const [name, text] of [
    [" ", "Enter your name."],
    ["x".repeat(101), "Use at most 100 characters."],
    ["Ada\u200bQuill", "Use one line without invisible characters."],
  ] as const) {
    await nameInput(page).fill(name);
    await nameInput(page).press("Enter");
    await expect(nameInput(page)).toHaveAccessibleDescription(text);
    await expect(nameInput(page)).toHaveAttribute("aria-invalid", "true");
    await expect(nameInput(page)).toBeFocused();
  }
  // What the page refuses, the server refuses too.
  const headers = { origin: new URL(page.url()).origin };
  for (const data of [{ name: " " }, { name: "x".repeat(101) }, { image: "https://example.com/a.png" }, { role: "x" }])
    expect((await page.request.post("/api/auth/update-user", { data, headers })).status()).toBe(400);
  await page.reload();
  await expect(section(page, "You").getByText("Ada Quill", { exact: true })).toBeVisible();
});

test("name that cannot be saved stays in the field", async ({ page }) => {
  await signUp(page);
  await openSettings(page);
  await editName(page).click();
  await page.route("**/api/auth/update-user", (route) => route.abort());
  await nameInput(page).fill("Grace");
  await nameInput(page).press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "The server can’t be reached." })).toBeVisible();
  await expect(nameInput(page)).toHaveValue("Grace");
  await page.unroute("**/api/auth/update-user");
  await nameInput(page).press("Enter");
  await expect(section(page, "You").getByText("Grace", { exact: true })).toBeVisible();
});

test("changed name appears in the other tabs, without what is typed there being lost", async ({ page, context }) => {
  await signUp(page);
  const tasks = await context.newPage();
  await tasks.goto("/tasks");
  await tasks.getByLabel("New task", { exact: true }).fill("half a thought");
  const settings = await context.newPage();
  await openSettings(settings);
  await openSettings(page);
  await editName(page).click();
  await nameInput(page).fill("Grace Hopper");
  await nameInput(page).press("Enter");
  await expect(tasks.getByRole("button", { name: "Account of Grace Hopper" })).toHaveText("GH");
  await expect(tasks.getByLabel("New task", { exact: true })).toHaveValue("half a thought");
  await expect(section(settings, "You").getByText("Grace Hopper", { exact: true })).toBeVisible();
});

test("devices are shown with browser, address and last use, and one of them is signed out", async ({
  page,
  browser,
  stack,
  clientIp,
}) => {
  const user = await signUp(page);
  const other = await signInElsewhere(browser, stack, user);
  await openSettings(page);
  const devices = section(page, "Devices").getByRole("listitem");
  await expect(devices).toHaveCount(2);
  await expect(devices.first()).toContainText("This device");
  await expect(devices.first()).toContainText(`In use now from ${clientIp}`);
  await expect(devices.last()).not.toContainText("This device");
  await expect(devices.last()).toContainText(/Chrome on Windows.*Last used \w+ \d+, \d{4}.* from 10\.\d+\.\d+\.\d+/s);
  await expect(devices.first().getByRole("button")).toHaveCount(0);

  await devices.last().getByRole("button", { name: "Sign out Chrome on Windows" }).click();
  await expect(section(page, "Devices").getByRole("status")).toHaveText("Signed out Chrome on Windows.");
  await expect(devices).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Sign out everywhere else" })).toBeFocused();
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await other.context().close();
});

test("signing out everywhere else is offered always, and ends sessions that the page does not show", async ({
  page,
  browser,
  stack,
}) => {
  const user = await signUp(page);
  await openSettings(page);
  const status = section(page, "Devices").getByRole("status");
  const signOutElsewhere = page.getByRole("button", { name: "Sign out everywhere else" });
  await signOutElsewhere.click();
  await expect(status).toHaveText("You were signed in nowhere else.");
  const other = await signInElsewhere(browser, stack, user);
  await signOutElsewhere.click();
  await expect(status).toHaveText("Signed out 1 other device.");
  await expect(signOutElsewhere).toBeFocused();
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await page.reload();
  await expect(page).toHaveURL(/\/settings/);
  await other.context().close();
});

test("session of another user is not ended by its id", async ({ page, browser, stack }) => {
  const victim = await newBrowser(browser, stack);
  const user = await signUp(victim);
  const victimElsewhere = await signInElsewhere(browser, stack, user);
  await openSettings(victim);
  const isAction = (request: { method: () => string }) => request.method() === "POST";
  // The id of the victim's other session, from a request that does not arrive.
  const requested = victim.waitForRequest(isAction);
  await victim.route("**/settings", (route) => (isAction(route.request()) ? route.abort() : route.continue()));
  await victim.getByRole("button", { name: /^Sign out Chrome/ }).click();
  const [foreignId] = JSON.parse((await requested).postData() ?? "[]") as string[];
  expect(foreignId).toMatch(/^\w{20,}$/);

  const attacker = await signUp(page);
  const attackerElsewhere = await signInElsewhere(browser, stack, attacker);
  await openSettings(page);
  await page.route("**/settings", (route) => {
    if (!isAction(route.request())) return route.continue();
    return route.continue({ postData: JSON.stringify([foreignId]) });
  });
  await page.getByRole("button", { name: /^Sign out Chrome/ }).click();
  await expect(section(page, "Devices").getByRole("status")).toHaveText("This device was signed out already.");
  for (const signedIn of [victimElsewhere, attackerElsewhere]) {
    expect((await fetchToken(signedIn)).userId).toBeTruthy();
    await signedIn.context().close();
  }
  await victim.context().close();
});

test("settings page is accessible", APPEARANCE, async ({ page, browser, stack }) => {
  test.setTimeout(300_000);
  const check = (state: string) => expectAccessible(page, state);
  const user = await signUp(page, newUser("Wilhelmina Featherstonehaugh-Cholmondeley"));
  const other = await signInElsewhere(browser, stack, user);
  await other.context().close();
  for (const size of [WIDE, NARROW]) {
    const { width } = size;
    await page.setViewportSize(size);
    await openSettings(page);
    await check(`settings, ${width}`);
    if (size === NARROW) await page.getByText("On this page").click();
    await editName(page).click();
    await nameInput(page).fill("");
    await nameInput(page).press("Enter");
    await check(`name with an error, ${width}`);
    await section(page, "You").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Export tasks (CSV)" }).click();
    await page.getByRole("dialog", { name: "Confirm that it’s you" }).getByLabel("Password", { exact: true }).waitFor();
    await check(`reauthentication, ${width}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete account…" }).click();
    await page.getByRole("dialog").getByText("2 signed-in devices").waitFor();
    await check(`deletion, ${width}`);
    await page.keyboard.press("Escape");
  }
});
