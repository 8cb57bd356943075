import { randomBytes } from "node:crypto";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { type Mode, type Stack, startStack } from "./stack.ts";

export type Options = { mode: Mode };
export type Somebody = { name: string; email: string; password: string };

/** Tests with the whole product behind them: one for each worker, and a client address for each test. */
export const test = base.extend<{ address: string }, Options & { stack: Stack }>({
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
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs
  address: ({}, use) => use(newAddress()),
  extraHTTPHeaders: ({ address }, use) => use({ "x-forwarded-for": address }),
});

export { expect };

export const newAddress = (): string => `10.${[...randomBytes(3)].join(".")}`;

export function somebody(name = "Ada Quill"): Somebody {
  const id = randomBytes(6).toString("hex");
  return { name, email: `${name.split(" ")[0]?.toLowerCase()}-${id}@example.com`, password: `a long phrase ${id}` };
}

/** Signs up through the page, as a person does. */
export async function signUp(page: Page, person = somebody(), base = ""): Promise<Somebody> {
  await page.goto(`${base}/sign-up`);
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/tasks");
  return person;
}

export async function signIn(page: Page, { email, password }: Somebody): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function addTask(page: Page, title: string): Promise<void> {
  await expect(addButton(page)).toBeEnabled();
  await newTask(page).fill(title);
  await newTask(page).press("Enter");
  await expect(page.getByRole("checkbox", { name: title, exact: true })).toBeEnabled();
}

export const newTask = (page: Page) => page.getByLabel("New task", { exact: true });

/** Enabled once the page listens. */
export const addButton = (page: Page) => page.getByRole("button", { name: "Add", exact: true });

export const box = (page: Page, title: string) => page.getByRole("checkbox", { name: title, exact: true });

export async function signOut(page: Page, { name }: Somebody): Promise<void> {
  await page.getByRole("button", { name: `Account of ${name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
}

/** A browser of somebody else's. */
export async function anotherBrowser(browser: Browser, stack: Stack): Promise<Page> {
  const context = await browser.newContext({
    baseURL: stack.baseUrl,
    extraHTTPHeaders: { "x-forwarded-for": newAddress() },
  });
  return context.newPage();
}
