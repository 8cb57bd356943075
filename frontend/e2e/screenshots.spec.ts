import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { addTask, box, signUp, somebody, test } from "./fixtures.ts";

const FOLDER = process.env.PICTURES ?? fileURLToPath(new URL("../../docs/images", import.meta.url));

test("pictures for the README", async ({ page, stack }) => {
  test.slow();
  const take = async (name: string) => {
    await page.mouse.move(0, 0);
    // As on a machine whose system font is a good one: a bare server has hardly any.
    await page.evaluate(() =>
      document.documentElement.style.setProperty("font-family", "Inter, system-ui, sans-serif"),
    );
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: "disabled", fullPage: name === "settings" });
  };
  const desktop = { width: 1100, height: 760 };
  await page.setViewportSize(desktop);
  await page.goto("/sign-in");
  if (process.env.PICTURES) await take("sign-in");
  await page.goto("/sign-up");
  if (process.env.PICTURES) await take("sign-up");
  await signUp(page, { ...somebody("Ada Quill"), email: "ada@example.com" });
  if (process.env.PICTURES) await take("empty");
  await fill(page);
  await page.emulateMedia({ colorScheme: "light" });
  await take("tasks-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await take("tasks-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 760 });
  await take("tasks-phone");
  if (!process.env.PICTURES) return;

  await page.setViewportSize({ width: 320, height: 640 });
  await take("tasks-320");
  await page.setViewportSize(desktop);
  await page.getByRole("button", { name: "Book the train to Lisbon" }).first().click();
  await take("edit");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete Water the fig tree" }).click();
  await take("undo");
  await page.getByRole("button", { name: /Account of/ }).click();
  await take("menu");
  await page.keyboard.press("Escape");
  await stack.stopBackend();
  await box(page, "Call the bank about the card").click();
  await page.getByText("The server can’t be reached.").first().waitFor();
  await take("away");
  await page.reload();
  await page.getByText("can’t be loaded right now").waitFor();
  await take("away-page");
  await stack.startBackend();
  await page.goto("/settings");
  await take("settings");
  await page.emulateMedia({ colorScheme: "dark" });
  await take("settings-dark");
  await page.goto("/nothing-here");
  await take("not-found");
});

async function fill(page: Page) {
  await addTask(page, "Read the lease before Friday");
  await addTask(page, "Order seeds for the balcony");
  await addTask(page, "Call the bank about the card");
  await addTask(page, "Water the fig tree");
  await page.getByRole("button", { name: "Add a note" }).click();
  await page
    .getByLabel("Note for the new task")
    .fill("Window seat if there is one. The 8:40 is cheaper than the 9:15, and arrives before lunch.");
  await addTask(page, "Book the train to Lisbon");
  await addTask(page, "Send Mara the photographs");
  await box(page, "Order seeds for the balcony").check();
  await box(page, "Read the lease before Friday").check();
  await page.getByRole("heading", { name: "Tasks" }).click();
}
