import { expect, signOut, signUp, test } from "./fixtures.ts";
import { APPEARANCE, expectAccessible, NARROW, WIDE } from "./page-checks.ts";

test("visitor sees what this is and gets to the sign-up and the sign-in page", async ({ page }) => {
  const response = await page.goto("/");
  expect(response?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("A calm place for what there is to do.");
  await expect(page.getByRole("img")).toBeVisible();
  expect(await page.getByRole("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(page.getByRole("heading", { name: "Your privacy" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Create an account" }).click();
  await page.waitForURL("**/sign-up");
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await page.waitForURL("**/sign-in");
});

test("signed-in user is led to the tasks, and after signing out to the sign-in page", async ({ page }) => {
  const user = await signUp(page);
  await page.goto("/");
  await expect(page).toHaveURL(/\/tasks$/);
  await signOut(page, user);
  await page.goto("/");
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("link to the source code is shown when its address is set", async ({ page, stack }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Source code" })).toHaveCount(0);
  await stack.stopApp();
  await stack.startApp({ SOURCE_URL: "https://git.example/todo" });
  try {
    await page.goto("/");
    await expect(page.getByRole("link", { name: "Source code" })).toHaveAttribute("href", "https://git.example/todo");
  } finally {
    await stack.stopApp();
    await stack.startApp();
  }
});

test("page has a title, a description and a preview for links to it", async ({ page, request, stack }) => {
  await page.goto("/");
  await expect(page).toHaveTitle("Todo: a calm place for what there is to do");
  const content = (name: string) =>
    page.locator(`meta[name="${name}"], meta[property="${name}"]`).first().getAttribute("content");
  expect(await content("description")).toMatch(/Write tasks down/);
  expect(await content("og:title")).toBe("Todo: a calm place for what there is to do");
  expect(await content("og:url")).toBe(stack.baseUrl);
  expect(await content("robots")).toBe("index");
  const image = (await content("og:image")) ?? "";
  expect(image.startsWith(`${stack.baseUrl}/_next/static/`)).toBe(true);
  const response = await request.get(image);
  expect(response.headers()["content-type"]).toBe("image/jpeg");
  await page.goto("/sign-in");
  expect(await content("robots")).toBe("noindex");
});

test("picture has a fixed size, follows the theme and is small", async ({ page, context }) => {
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const state = globalThis as { layoutShift?: number };
        state.layoutShift = (state.layoutShift ?? 0) + (entry as PerformanceEntry & { value: number }).value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  const open = async (colorScheme: "light" | "dark", width: number) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.goto("/");
    const image = page.getByRole("img");
    await expect.poll(() => image.evaluate(({ complete }: HTMLImageElement) => complete)).toBe(true);
    return image.evaluate(({ currentSrc }: HTMLImageElement) => currentSrc);
  };
  const sources = [
    await open("light", 1200),
    await open("dark", 1200),
    await open("light", 390),
    await open("dark", 390),
  ];
  expect(new Set(sources).size).toBe(4);
  expect(sources.map((source) => source.match(/(tasks|phone)-(light|dark)/)?.[0])).toEqual([
    "tasks-light",
    "tasks-dark",
    "phone-light",
    "phone-dark",
  ]);
  for (const source of sources) expect((await (await page.request.get(source)).body()).length).toBeLessThan(80_000);
  expect(await page.evaluate(() => (globalThis as { layoutShift?: number }).layoutShift ?? 0)).toBeLessThan(0.01);
  // The chosen theme has precedence over the system's.
  await context.addCookies([{ name: "theme", value: "light", url: page.url() }]);
  expect(await open("dark", 1200)).toBe(sources[0]);
});

test("landing page is accessible", APPEARANCE, async ({ page }) => {
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    await page.goto("/");
    await expectAccessible(page, `${size.width} px`);
  }
  await page.emulateMedia({ forcedColors: "active" });
  await expect(page.getByRole("main").getByRole("link", { name: "Create an account" })).toHaveCSS(
    "border-top-width",
    "1px",
  );
});

test("links of the landing page are large enough to touch", APPEARANCE, async ({ page }) => {
  await page.setViewportSize(NARROW);
  await page.goto("/");
  for (const link of await page.getByRole("link").all())
    expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(44);
});

test("landing page is usable with the keyboard, also without JavaScript", async ({ browser, stack }) => {
  const context = await browser.newContext({ baseURL: stack.baseUrl, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("navigation").getByRole("link", { name: "Sign in" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").getByRole("link", { name: "Create an account" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sign-up");
  await context.close();
});
