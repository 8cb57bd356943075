import type { Page } from "@playwright/test";
import { Authenticator } from "../lib/server/test-authenticator.ts";
import { expect, type User } from "./fixtures.ts";

const dialog = (page: Page) => page.getByRole("dialog");

/** The section of the settings page. */
export const twoStepSection = (page: Page) =>
  page.locator("section", { has: page.getByRole("heading", { name: "Two-step sign-in" }) });

/** The next code. Each is accepted once, so it may have to be awaited. */
export async function nextCode(authenticator: Authenticator): Promise<string> {
  let code: string | undefined;
  await expect
    .poll(
      () => {
        code ??= authenticator.nextCode(0);
        return code;
      },
      { timeout: 35_000 },
    )
    .toBeDefined();
  return code ?? "";
}

/** Opens the dialog and enters the password. Returns the app with the key that is shown. */
async function openSetup(page: Page, { password }: User): Promise<Authenticator> {
  await page.goto("/settings");
  await twoStepSection(page).getByRole("button", { name: "Turn on…" }).click();
  await dialog(page).getByLabel("Password", { exact: true }).fill(password);
  await dialog(page).getByRole("button", { name: "Continue" }).click();
  await dialog(page).getByText("Can’t scan it?").click();
  return new Authenticator((await dialog(page).locator("details code").textContent()) ?? "");
}

export async function readRecoveryCodes(page: Page): Promise<string[]> {
  const items = dialog(page).getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(items).toHaveCount(10);
  return items.allTextContents();
}

/** Turns two-step sign-in on, up to the recovery codes. */
export async function turnOnTwoStep(page: Page, user: User): Promise<Authenticator> {
  const authenticator = await openSetup(page, user);
  await dialog(page)
    .getByLabel("Code", { exact: true })
    .fill(await nextCode(authenticator));
  await dialog(page).getByRole("button", { name: "Turn on" }).click();
  await expect(dialog(page).getByRole("list", { name: "Recovery codes" })).toBeVisible();
  return authenticator;
}
