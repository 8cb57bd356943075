import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "@playwright/test";
import { addTask, newUser, signUp, taskCheckbox, test, waitForAnimations } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

/** Set: every state of the app is written to this folder. Not set: only the images of the README. */
const ALL_STATES = process.env.SCREENSHOTS_DIR;
const FOLDER = ALL_STATES ?? fileURLToPath(new URL("../../docs/images", import.meta.url));
const LANDING_FOLDER = fileURLToPath(new URL("../components/landing/images", import.meta.url));

const FULL_PAGES = ["settings", "settings-dark", "settings-390", "settings-320"];

test("screenshots of the README are written", async ({ page, stack }) => {
  test.slow();
  const screenshot = async (name: string) => {
    await prepare(page);
    await page.screenshot({
      path: `${FOLDER}/${name}.png`,
      animations: "disabled",
      fullPage: FULL_PAGES.includes(name),
    });
  };
  const desktop = { width: 1100, height: 760 };
  await page.setViewportSize(desktop);
  await page.goto("/sign-in");
  if (ALL_STATES) await screenshot("sign-in");
  await page.goto("/sign-up");
  if (ALL_STATES) await screenshot("sign-up");
  const user = await signUp(page, { ...newUser("Ada Quill"), email: "ada@example.com" });
  await confirmAddress(page, stack, user.email);
  if (ALL_STATES) await screenshot("empty");
  await createTasks(page);
  await page.emulateMedia({ colorScheme: "light" });
  await screenshot("tasks-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot("tasks-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 760 });
  await screenshot("tasks-phone");
  if (!ALL_STATES) return;

  await page.setViewportSize({ width: 320, height: 640 });
  await screenshot("tasks-320");
  await page.setViewportSize(desktop);
  await page.emulateMedia({ forcedColors: "active" });
  await screenshot("tasks-forced-colors");
  await page.emulateMedia({ forcedColors: "none" });
  await page.getByRole("button", { name: "Book the train to Lisbon" }).first().click();
  await screenshot("edit");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete Water the fig tree" }).click();
  await screenshot("undo");
  await page.getByRole("button", { name: /Account of/ }).click();
  await screenshot("menu");
  await page.keyboard.press("Escape");
  await stack.stopBackend();
  await taskCheckbox(page, "Call the bank about the card").click();
  await page.getByText("The server can’t be reached.").first().waitFor();
  await screenshot("backend-unreachable");
  await page.reload();
  await page.getByText("can’t be loaded right now").waitFor();
  await screenshot("backend-unreachable-page");
  await stack.startBackend();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/settings");
  await page.getByRole("button", { name: "Edit name" }).and(page.locator(":enabled")).waitFor();
  await screenshot("settings");
  await page.emulateMedia({ forcedColors: "active" });
  await screenshot("settings-forced-colors");
  await page.emulateMedia({ forcedColors: "none" });
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot("settings-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("link", { name: "Devices", exact: true }).click();
  await screenshot("settings-section");
  await page.goto("/settings");
  await page.getByRole("button", { name: "Edit name" }).click();
  await page.locator("#you").getByRole("textbox", { name: "Name", exact: true }).fill(" ");
  await page.keyboard.press("Enter");
  await screenshot("settings-name");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete account…" }).click();
  await page.getByRole("dialog").getByText("6 tasks").waitFor();
  await screenshot("settings-deletion");
  await page.keyboard.press("Escape");
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 760 });
    await page.goto("/settings");
    await screenshot(`settings-${width}`);
    await page.getByText("On this page").click();
    await screenshot(`settings-${width}-links`);
  }
  await page.getByRole("button", { name: "Delete account…" }).click();
  await page.getByRole("dialog").getByText("6 tasks").waitFor();
  await screenshot("settings-320-deletion");
  await page.goto("/nothing-here");
  await screenshot("not-found");
});

/** In pixels of the page. The images have twice as many. */
const LANDING_SIZES = { tasks: { width: 736, height: 716 }, phone: { width: 390, height: 690 } };

test("images of the landing page are written", async ({ browser, stack, clientIp }) => {
  test.slow();
  const options = { baseURL: stack.baseUrl, extraHTTPHeaders: { "x-forwarded-for": clientIp } };
  const context = await browser.newContext({ ...options, deviceScaleFactor: 2 });
  const page = await context.newPage();
  const { email } = await signUp(page);
  await confirmAddress(page, stack, email);
  await createTasks(page);
  for (const [name, viewport] of Object.entries(LANDING_SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await prepare(page);
      const image = await encode(context, await page.screenshot({ animations: "disabled" }), "image/webp", 0.82);
      writeFileSync(`${LANDING_FOLDER}/${name}-${colorScheme}.webp`, image);
    }
  }
  await context.close();
  // The size that services recommend for previews of links.
  const visitor = await browser.newContext({ ...options, viewport: { width: 1200, height: 630 } });
  const landing = await visitor.newPage();
  await landing.goto("/");
  await prepare(landing);
  const preview = await landing.screenshot({ animations: "disabled", type: "jpeg", quality: 85 });
  writeFileSync(`${LANDING_FOLDER}/preview.jpg`, preview);
  await visitor.close();
});

/** Otherwise every page asks for it. */
async function confirmAddress(page: Page, stack: Stack, email: string): Promise<void> {
  stack.runSql("UPDATE user SET emailVerified = 1 WHERE email = ?", [email]);
  await page.reload();
}

/** Servers rarely have a good system font. */
async function prepare(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.evaluate(() => document.documentElement.style.setProperty("font-family", "Inter, system-ui, sans-serif"));
  await waitForAnimations(page);
}

/** Playwright writes PNG and JPEG only. The browser also encodes WebP. */
async function encode(context: BrowserContext, png: Buffer, type: string, quality: number): Promise<Buffer> {
  const page = await context.newPage();
  const encoded = await page.evaluate(
    async ({ data, type, quality }) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      return canvas.toDataURL(type, quality).split(",")[1] ?? "";
    },
    { data: png.toString("base64"), type, quality },
  );
  await page.close();
  return Buffer.from(encoded, "base64");
}

async function createTasks(page: Page) {
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
  await taskCheckbox(page, "Order seeds for the balcony").check();
  await taskCheckbox(page, "Read the lease before Friday").check();
  await page.getByRole("heading", { name: "Tasks" }).click();
}
