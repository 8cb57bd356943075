import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { Authenticator } from "../lib/server/test-authenticator.ts";
import {
  addTask,
  expect,
  fetchToken,
  newBrowser,
  newTaskInput,
  newUser,
  signIn,
  signOut,
  signUp,
  taskCheckbox,
  test,
  type User,
  waitForWrite,
} from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW } from "./page-checks.ts";
import { MAX_DELAY_MS } from "./revocation-delay.ts";
import { nextCode, readRecoveryCodes, turnOnTwoStep, twoStepSection } from "./two-step-setup.ts";

// Each test signs in several times, and may have to wait half a minute for the next code.
test.describe.configure({ timeout: 180_000 });

const SECOND_STEP = /\/sign-in\/two-step\?next=/;

type Enrolled = { user: User; authenticator: Authenticator; recoveryCodes: string[] };

const dialog = (page: Page) => page.getByRole("dialog");
const passwordIn = (page: Page) => dialog(page).getByLabel("Password", { exact: true });
const codeField = (page: Page) => page.getByLabel("Code", { exact: true });
const signInButton = (page: Page) => page.getByRole("button", { name: "Sign in", exact: true });

/** Signs up and turns two-step sign-in on. */
async function enrol(page: Page, user = newUser()): Promise<Enrolled> {
  await signUp(page, user);
  const authenticator = await turnOnTwoStep(page, user);
  const recoveryCodes = await readRecoveryCodes(page);
  await dialog(page).getByRole("button", { name: "I have saved them" }).click();
  await expect(twoStepSection(page).getByText("You have 10 recovery codes left.")).toBeVisible();
  return { user, authenticator, recoveryCodes };
}

/** Enters the password. */
async function openSecondStep(page: Page, user: User): Promise<void> {
  await signIn(page, user);
  await page.waitForURL(SECOND_STEP);
  await expect(signInButton(page)).toBeEnabled();
}

async function enterRecoveryCode(page: Page, code: string | undefined): Promise<void> {
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(code ?? "");
  await signInButton(page).click();
}

test("two-step sign-in is turned on with the first code, and then asks for a code", async ({ page }) => {
  const user = await signUp(page);
  await page.goto("/settings");
  await twoStepSection(page).getByRole("button", { name: "Turn on…" }).click();
  await expect(passwordIn(page)).toBeFocused();
  await passwordIn(page).fill("not the password");
  await dialog(page).getByRole("button", { name: "Continue" }).click();
  await expect(passwordIn(page)).toHaveAccessibleDescription("This is not your password.");
  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Continue" }).click();
  await expect(dialog(page).getByRole("img", { name: "QR code" })).toBeVisible();
  await expect(codeField(page)).toBeFocused();
  await dialog(page).getByText("Can’t scan it?").click();
  const authenticator = new Authenticator((await dialog(page).locator("details code").textContent()) ?? "");
  await codeField(page).fill(authenticator.wrongCodes(1)[0] ?? "");
  await dialog(page).getByRole("button", { name: "Turn on" }).click();
  await expect(codeField(page)).toHaveAccessibleDescription(/^This code is wrong\./);
  await expect(codeField(page)).toBeFocused();
  const enrolmentCode = await nextCode(authenticator);
  await codeField(page).fill(enrolmentCode);
  await dialog(page).getByRole("button", { name: "Turn on" }).click();
  await readRecoveryCodes(page);
  // The codes are not closed by accident.
  await page.keyboard.press("Escape");
  await dialog(page).getByRole("button", { name: "I have saved them" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(twoStepSection(page).getByText("On.")).toBeVisible();
  await expect(page.getByText("Two-step sign-in turned on")).toBeVisible();

  await signOut(page, user);
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await openSecondStep(page, user);
  await expect(codeField(page)).toBeFocused();
  await expect(codeField(page)).toHaveAttribute("autocomplete", "one-time-code");
  await expect(codeField(page)).toHaveAttribute("inputmode", "numeric");
  await signInButton(page).click();
  await expect(codeField(page)).toHaveAccessibleDescription(/^Enter a code\./);
  await codeField(page).fill(authenticator.wrongCodes(2)[1] ?? "");
  await signInButton(page).click();
  await expect(codeField(page)).toHaveAccessibleDescription(/^This code is wrong\./);
  await codeField(page).fill(enrolmentCode);
  await signInButton(page).click();
  await expect(codeField(page)).toHaveAccessibleDescription(/^Each code can be entered once\./);
  // As the app shows it, in two groups.
  await codeField(page).fill((await nextCode(authenticator)).replace(/^.../, "$& "));
  await signInButton(page).click();
  await page.waitForURL("**/settings");
  await expect(page.getByText("Wrong code at sign-in")).toBeVisible();
});

test("recovery code signs in once, and renewed codes replace the old ones", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { user, recoveryCodes } = await enrol(page);
  await signOut(page, user);
  await openSecondStep(page, user);
  await enterRecoveryCode(page, recoveryCodes[0]?.toUpperCase().replace("-", " "));
  await page.waitForURL("**/tasks");

  await signOut(page, user);
  await openSecondStep(page, user);
  await enterRecoveryCode(page, recoveryCodes[0]);
  await expect(page.getByLabel("Recovery code")).toHaveAccessibleDescription(/^This is none of your unused recovery/);
  await page.getByLabel("Recovery code").fill(recoveryCodes[1] ?? "");
  await signInButton(page).click();
  await page.waitForURL("**/tasks");

  await page.goto("/settings");
  await expect(twoStepSection(page).getByText("You have 8 recovery codes left.")).toBeVisible();
  await twoStepSection(page).getByRole("button", { name: "New recovery codes…" }).click();
  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Make new codes" }).click();
  const renewed = await readRecoveryCodes(page);
  await dialog(page).getByRole("button", { name: "Copy" }).click();
  await expect(dialog(page).getByRole("status")).toHaveText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(renewed.join("\n"));
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    dialog(page).getByRole("button", { name: "Download" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("todo-recovery-codes.txt");
  const text = await readFile(await file.path(), "utf8");
  for (const code of renewed) expect(text).toContain(`\n${code}\n`);
  expect(text).toContain(user.email);
  await dialog(page).getByRole("button", { name: "I have saved them" }).click();
  await expect(twoStepSection(page).getByText("You have 10 recovery codes left.")).toBeVisible();

  await signOut(page, user);
  await openSecondStep(page, user);
  await enterRecoveryCode(page, recoveryCodes[2]);
  await expect(page.getByLabel("Recovery code")).toHaveAccessibleDescription(/^This is none of your unused recovery/);
  await page.getByLabel("Recovery code").fill(renewed[0] ?? "");
  await signInButton(page).click();
  await page.waitForURL("**/tasks");
});

test("trusted device needs no code, until two-step sign-in is turned off for all", async ({ page, browser, stack }) => {
  const { user, authenticator } = await enrol(page);
  await signOut(page, user);
  await openSecondStep(page, user);
  await page.getByRole("checkbox", { name: "Trust this device" }).check();
  await codeField(page).fill(await nextCode(authenticator));
  await signInButton(page).click();
  await page.waitForURL("**/tasks");
  await signOut(page, user);
  await signIn(page, user);
  await page.waitForURL("**/tasks");

  const other = await newBrowser(browser, stack);
  await other.goto("/sign-in");
  await openSecondStep(other, user);

  await page.goto("/settings");
  await twoStepSection(page).getByRole("button", { name: "Turn off…" }).click();
  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Turn off" }).click();
  await expect(twoStepSection(page).getByText("Off.")).toBeVisible();
  await expect(page.getByText("Two-step sign-in turned off")).toBeVisible();
  await other.goto("/sign-in");
  await signIn(other, user);
  await other.waitForURL("**/tasks");
  await other.context().close();
});

test("no endpoint gives a session between the password and the code", async ({ page, context, stack }) => {
  const { user, authenticator } = await enrol(page);
  await signOut(page, user);
  const post = (path: string, data: object) =>
    page.request.post(`/api/auth/${path}`, { data, headers: { origin: stack.baseUrl } });
  const { email, password } = user;
  const challenge = await post("sign-in/email", { email, password });
  expect(await challenge.json()).toEqual({ twoFactorRedirect: true, twoFactorMethods: ["totp"] });
  expect(challenge.headersArray().filter(({ value }) => /session_token=[^;]/.test(value))).toEqual([]);

  expect((await page.request.get("/api/auth/api-token")).status()).toBe(401);
  const calls: [string, object][] = [
    ["sign-up/email", { name: "Ada", email, password }],
    ["change-password", { currentPassword: password, newPassword: `${password} 2`, revokeOtherSessions: true }],
    ["two-factor/disable", { password }],
    ["two-factor/enable", { password }],
    ["two-factor/generate-backup-codes", { password }],
    ["two-factor/get-totp-uri", { password }],
    ["two-factor/send-otp", {}],
    ["two-factor/verify-otp", { code: "123456" }],
    ["delete-user", { password }],
    ["update-user", { name: "Eve" }],
    ["update-session", {}],
    ["revoke-sessions", {}],
    ["two-factor/verify-totp", { code: "" }],
    ["two-factor/verify-backup-code", { code: "", disableSession: true }],
  ];
  for (const [path, data] of calls) expect((await post(path, data)).status(), path).toBeGreaterThanOrEqual(400);
  for (const path of ["get-session", "list-sessions", "api-token"])
    expect((await page.request.get(`/api/auth/${path}`)).status(), path).toBeGreaterThanOrEqual(400);
  await page.goto("/tasks");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  expect((await context.cookies()).map(({ name }) => name)).not.toContain("better-auth.session_token");

  const done = await post("two-factor/verify-totp", { code: await nextCode(authenticator) });
  expect(done.status()).toBe(200);
  expect(await done.text()).not.toContain('"token"');
  expect((await page.request.get("/api/auth/api-token")).status()).toBe(200);
});

test("second step in the dialog of an ended session keeps unsaved input", async ({ page, stack }) => {
  const { user, authenticator } = await enrol(page);
  await page.goto("/tasks");
  await addTask(page, "Buy milk");
  await newTaskInput(page).fill("half a thou");
  const { token, userId } = await fetchToken(page);
  // Ends the session without telling the page.
  await page.request.post("/api/auth/sign-out", { data: {}, headers: { origin: stack.baseUrl } });
  const listStatus = async () =>
    (await fetch(`${stack.apiUrl}/api/${userId}/tasks`, { headers: { authorization: `Bearer ${token}` } })).status;
  await expect.poll(listStatus, { timeout: MAX_DELAY_MS }).toBe(401);
  await taskCheckbox(page, "Buy milk").click();

  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(codeField(page)).toBeFocused();
  await expect(page).toHaveURL(/\/tasks$/);
  // Back and forth.
  await dialog(page).getByRole("button", { name: "Back to the password" }).click();
  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
  for (const code of authenticator.wrongCodes(6)) {
    await codeField(page).fill(code);
    const answer = page.waitForResponse("**/two-factor/verify-totp");
    await dialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
    await answer;
  }
  await expect(dialog(page).getByRole("alert")).toHaveText(
    "These were too many wrong codes. Enter your password again.",
  );
  await dialog(page).getByRole("button", { name: "Back to the password" }).click();
  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
  const completed = waitForWrite(page, "PATCH");
  await codeField(page).fill(await nextCode(authenticator));
  await dialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(newTaskInput(page)).toHaveValue("half a thou");
  await completed;
});

test("page of the second step without a sign-in says that it has expired, and leads back", async ({ page, stack }) => {
  await page.goto("/sign-in/two-step?next=%2Fsettings");
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(
    "This sign-in has expired. Enter your password again.",
  );
  await page.getByRole("link", { name: "Back to sign-in" }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);

  const { user, authenticator } = await enrol(page);
  await signOut(page, user);
  await openSecondStep(page, user);
  await page.context().clearCookies({ name: "better-auth.two_factor" });
  await codeField(page).fill("123456");
  await signInButton(page).click();
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(
    "This sign-in has expired. Enter your password again.",
  );
  await page.getByRole("link", { name: "Back to sign-in" }).click();
  // The second step opens pages of this origin only.
  await openSecondStep(page, user);
  await page.goto(`/sign-in/two-step?next=${encodeURIComponent("//evil.example/")}`);
  await codeField(page).fill(await nextCode(authenticator));
  await signInButton(page).click();
  await page.waitForURL(`${stack.baseUrl}/tasks`);
  // A signed-in user without an open sign-in is sent on.
  await page.goto("/sign-in/two-step?next=%2Fsettings");
  await expect(page).toHaveURL(/\/settings$/);
});

test("two-step pages and dialogs are accessible", APPEARANCE, async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize(NARROW);
  const check = (state: string) => expectAccessible(page, state);
  await page.goto("/sign-in/two-step");
  await check("expired");
  const user = await signUp(page);
  await page.goto("/settings");
  await check("settings, off");
  await twoStepSection(page).getByRole("button", { name: "Turn on…" }).click();
  await passwordIn(page).waitFor();
  await check("password");
  await passwordIn(page).fill(user.password);
  await dialog(page).getByRole("button", { name: "Continue" }).click();
  await dialog(page).getByText("Can’t scan it?").click();
  const authenticator = new Authenticator((await dialog(page).locator("details code").textContent()) ?? "");
  await codeField(page).fill(authenticator.wrongCodes(1)[0] ?? "");
  await dialog(page).getByRole("button", { name: "Turn on" }).click();
  await page.getByText("This code is wrong.").waitFor();
  await check("first code with an error");
  // Black on white, or it is not scanned.
  await expect(dialog(page).locator("svg[role=img] path")).toHaveCSS("fill", "rgb(0, 0, 0)");
  await expect(dialog(page).locator("svg[role=img] rect")).toHaveCSS("fill", "rgb(255, 255, 255)");
  await codeField(page).fill(await nextCode(authenticator));
  await dialog(page).getByRole("button", { name: "Turn on" }).click();
  await readRecoveryCodes(page);
  await check("recovery codes");
  await dialog(page).getByRole("button", { name: "I have saved them" }).click();
  await twoStepSection(page).getByText("On.").waitFor();
  await check("settings, on");
  await twoStepSection(page).getByRole("button", { name: "Turn off…" }).click();
  await passwordIn(page).waitFor();
  await check("turning off");
  await page.keyboard.press("Escape");
  await signOut(page, user);
  await openSecondStep(page, user);
  await check("second step");
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await signInButton(page).click();
  await page.getByText("Enter a code.").waitFor();
  await check("recovery code with an error");
});

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
    });
    if (label.trim() === name) return;
  }
  throw new Error(`Tab does not reach ${name}`);
}

test("two-step sign-in is usable with the keyboard alone", async ({ page }) => {
  const user = await signUp(page);
  await page.goto("/settings");
  await expect(twoStepSection(page).getByRole("button", { name: "Turn on…" })).toBeEnabled();
  await tabTo(page, "Turn on…");
  await page.keyboard.press("Enter");
  await expect(passwordIn(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(twoStepSection(page).getByRole("button", { name: "Turn on…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(passwordIn(page)).toBeFocused();
  await page.keyboard.type(user.password);
  await page.keyboard.press("Enter");
  await expect(codeField(page)).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  const authenticator = new Authenticator((await dialog(page).locator("details code").textContent()) ?? "");
  await tabTo(page, "Code");
  await page.keyboard.type(await nextCode(authenticator));
  await page.keyboard.press("Enter");
  await readRecoveryCodes(page);
  await tabTo(page, "I have saved them");
  await page.keyboard.press("Enter");
  await expect(twoStepSection(page).getByText("On.")).toBeVisible();

  await signOut(page, user);
  await expect(signInButton(page)).toBeEnabled();
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(user.email);
  await tabTo(page, "Password");
  await page.keyboard.type(user.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(SECOND_STEP);
  await expect(signInButton(page)).toBeEnabled();
  await tabTo(page, "Use a recovery code");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Recovery code")).toBeFocused();
  await tabTo(page, "Use the authenticator app");
  await page.keyboard.press("Enter");
  await expect(codeField(page)).toBeFocused();
  await page.keyboard.type(await nextCode(authenticator));
  await tabTo(page, "Trust this device");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/tasks");
});
