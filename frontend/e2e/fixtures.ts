import { randomBytes } from "node:crypto";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { type Stack, startStack, type TokenMode } from "./stack.ts";

export type Options = { mode: TokenMode };
export type User = { name: string; email: string; password: string };

/** Tests against the whole product: one stack a worker, one client IP address a test. */
export const test = base.extend<{ clientIp: string }, Options & { stack: Stack }>({
  mode: ["shared-secret", { option: true, scope: "worker" }],
  stack: [
    async ({ mode }, use) => {
      const stack = await startStack({ mode });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker" },
  ],
  baseURL: ({ stack }, use) => use(stack.baseUrl),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright requires an object pattern
  clientIp: ({}, use) => use(randomClientIp()),
  extraHTTPHeaders: ({ clientIp }, use) => use({ "x-forwarded-for": clientIp }),
});

export { expect };

export const randomClientIp = (): string => `10.${[...randomBytes(3)].join(".")}`;

export function newUser(name = "Ada Quill"): User {
  const id = randomBytes(6).toString("hex");
  return { name, email: `${name.split(" ")[0]?.toLowerCase()}-${id}@example.com`, password: `a long phrase ${id}` };
}

/** Signs up through the form. */
export async function signUp(page: Page, user = newUser(), baseUrl = ""): Promise<User> {
  await page.goto(`${baseUrl}/sign-up`);
  await fillSignUp(page, user);
  await page.waitForURL("**/tasks");
  return user;
}

/** Fills in and sends the form that the page shows. */
export async function fillSignUp(page: Page, { name, email, password }: User): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
}

export async function signIn(page: Page, { email, password }: User): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function signOut(page: Page, { name }: User): Promise<void> {
  await page.getByRole("button", { name: `Account of ${name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
}

export async function addTask(page: Page, title: string): Promise<void> {
  await expect(addButton(page)).toBeEnabled();
  await newTaskInput(page).fill(title);
  await newTaskInput(page).press("Enter");
  await expect(taskCheckbox(page, title)).toBeEnabled();
}

/** The page shows a write before the backend has answered. Call this before the write, and await it before a reload. */
export const waitForWrite = (page: Page, method: "PUT" | "PATCH") =>
  page.waitForResponse((response) => response.request().method() === method && response.ok());

export const newTaskInput = (page: Page) => page.getByLabel("New task", { exact: true });

/** Enabled after hydration. */
export const addButton = (page: Page) => page.getByRole("button", { name: "Add", exact: true });

export const taskCheckbox = (page: Page, title: string) => page.getByRole("checkbox", { name: title, exact: true });

/** Opens a page in a browser context of its own: other cookies, other client IP address. */
export async function newBrowser(browser: Browser, stack: Stack): Promise<Page> {
  const context = await browser.newContext({
    baseURL: stack.baseUrl,
    extraHTTPHeaders: { "x-forwarded-for": randomClientIp() },
  });
  return context.newPage();
}

/** Signs the user in in a browser of its own. */
export async function signInInNewBrowser(browser: Browser, stack: Stack, user: User): Promise<Page> {
  const page = await newBrowser(browser, stack);
  await page.goto("/sign-in");
  await signIn(page, user);
  await page.waitForURL("**/tasks");
  return page;
}

/** The access token of the page's session, and the user it was issued for. */
export async function fetchToken(page: Page): Promise<{ token: string; userId: string }> {
  const response = await page.request.get("/api/auth/api-token");
  const { token } = (await response.json()) as { token: string };
  return { token, userId: tokenPart(token, 1).sub };
}

/** A decoded part of a JWT: 0 is the header, 1 the payload. */
export function tokenPart(token: string, index: 0 | 1) {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
}

/** Waits until fonts are loaded and finite animations have ended, so that colors and positions are final. */
export async function waitForAnimations(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    // Transitions, for example to the other color scheme, start with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const endsByItself = ({ effect }: Animation) => Number.isFinite(effect?.getComputedTiming().endTime);
    const animations = document.getAnimations().filter(endsByItself);
    await Promise.all(animations.map((animation) => animation.finished.catch(() => {})));
  });
}
