import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Download, Page } from "@playwright/test";
import {
  addTask,
  expect,
  fetchToken,
  newBrowser,
  signIn,
  signInInNewBrowser,
  signUp,
  test,
  type User,
} from "./fixtures.ts";
import { MAX_DELAY_MS } from "./revocation-delay.ts";

const exportButton = (page: Page, format: "JSON" | "CSV") =>
  page.getByRole("button", { name: format === "JSON" ? "Export everything (JSON)" : "Export tasks (CSV)" });

const confirmation = (page: Page) => page.getByRole("dialog", { name: "Confirm that it’s you" });

async function confirm(page: Page, { password }: User): Promise<void> {
  await confirmation(page).getByLabel("Password", { exact: true }).fill(password);
  await confirmation(page).getByRole("button", { name: "Confirm", exact: true }).click();
}

async function openSettings(page: Page): Promise<void> {
  await page.goto("/settings");
  await expect(exportButton(page, "JSON")).toBeEnabled();
}

const textOf = async (download: Download) => readFile(await download.path(), "utf8");

/** Counts the files that the page saves. */
function countDownloads(page: Page): () => number {
  let count = 0;
  page.on("download", () => {
    count += 1;
  });
  return () => count;
}

const deletion = (page: Page) => page.getByRole("dialog", { name: "Delete your account?" });

// Most tests sign up several browsers, each of which hashes a password and loads several pages.
test.describe.configure({ timeout: 180_000 });

test("export has what the user made and nothing of another user, after the password", async ({
  page,
  browser,
  stack,
}) => {
  const other = await newBrowser(browser, stack);
  const otherUser = await signUp(other);
  await addTask(other, "A secret of another user");
  const user = await signUp(page);
  for (const title of ["Buy milk", "=1+1", 'Say "hi", twice']) await addTask(page, title);
  await openSettings(page);
  await exportButton(page, "JSON").click();
  const saved = page.waitForEvent("download");
  await confirm(page, user);
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^todo-export-\d{4}-\d\d-\d\d\.json$/);
  const text = await textOf(download);
  const { token, userId } = await fetchToken(page);
  const headers = { authorization: `Bearer ${token}` };
  const tasks = await (await page.request.get(`/api/${userId}/tasks`, { headers })).json();
  expect(tasks).toHaveLength(3);
  const document = JSON.parse(text);
  expect(document).toMatchObject({
    format: "todo-export",
    version: 1,
    account: { id: userId, name: user.name, email: user.email, email_verified: false, has_password: true },
    complete: true,
  });
  expect(document.tasks).toEqual(tasks);
  expect(document.sessions).toHaveLength(1);
  expect(document.activity.map(({ event }: { event: string }) => event)).toContain("sign_up");
  const { userId: otherId } = await fetchToken(other);
  const cookies = (await page.context().cookies()).map(({ value }) => decodeURIComponent(value).split(".")[0]);
  for (const secret of ["A secret of another user", otherUser.email, otherId, user.password, ...cookies])
    expect(text).not.toContain(secret);
  await expect(page.getByRole("status").filter({ hasText: `Saved as ${download.suggestedFilename()}.` })).toBeVisible();

  // The password counts for five minutes.
  const [csv] = await Promise.all([page.waitForEvent("download"), exportButton(page, "CSV").click()]);
  expect(csv.suggestedFilename()).toMatch(/^todo-tasks-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await textOf(csv)).split("\r\n");
  expect(lines[0]).toBe("\ufeffid,title,description,status,created_at,updated_at,completed_at");
  expect(lines[1]).toMatch(/^\d+,"Say ""hi"", twice",,incomplete,2\d{3}-/);
  expect(lines[2]).toMatch(/^\d+,'=1\+1,,incomplete,/);
  expect(lines).toHaveLength(5);
  await page.reload();
  const activity = page.getByRole("region", { name: "Recent activity" });
  await expect(activity.getByText("Data exported")).toHaveCount(2);
  await other.context().close();
});

test("export without the password, with a wrong one, and from another site saves nothing", async ({ page, stack }) => {
  await signUp(page);
  const downloads = countDownloads(page);
  await openSettings(page);
  await exportButton(page, "JSON").click();
  await confirmation(page).getByLabel("Password", { exact: true }).fill("not the password");
  await confirmation(page).getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(confirmation(page).getByLabel("Password", { exact: true })).toHaveAccessibleDescription(
    "This is not your password.",
  );
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alert").filter({ hasText: "you did not confirm" })).toBeVisible();
  await expect(exportButton(page, "JSON")).toBeFocused();

  const route = "/api/auth/export-data";
  const data = { format: "json" };
  const statusOf = async (headers: Record<string, string>) =>
    (await page.request.post(route, { data, headers })).status();
  expect(await statusOf({ origin: stack.baseUrl })).toBe(403);
  expect(await statusOf({ origin: "https://evil.example" })).toBe(403);
  expect((await page.request.get(route)).status()).toBe(404);
  await page.route("https://evil.example/", (each) =>
    each.fulfill({
      contentType: "text/html",
      body: `<form action="${stack.baseUrl}${route}" method="post" enctype="text/plain"><input name='{"format":"json","x":"' value='"}'></form>
        <script>document.forms[0].submit()</script>`,
    }),
  );
  const answer = page.waitForResponse(`**${route}`);
  await page.goto("https://evil.example/");
  expect((await answer).ok()).toBe(false);
  expect(downloads()).toBe(0);
});

test("export of 1,000 tasks has each of them once", async ({ page, stack }) => {
  const user = await signUp(page);
  const { token, userId } = await fetchToken(page);
  const headers = { authorization: `Bearer ${token}` };
  const create = async (index: number) => {
    const body = JSON.stringify({ title: `Task ${index}`, description: "Zürich 日本 ".repeat(20) });
    const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
    expect((await fetch(`${stack.apiUrl}/api/${userId}/tasks`, init)).status).toBe(201);
  };
  for (let first = 0; first < 1_000; first += 10)
    await Promise.all(Array.from({ length: 10 }, (_, index) => create(first + index)));
  await openSettings(page);
  await exportButton(page, "JSON").click();
  const saved = page.waitForEvent("download");
  await confirm(page, user);
  const { tasks } = JSON.parse(await textOf(await saved)) as { tasks: { id: number; title: string }[] };
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(1_000);
  expect(new Set(tasks.map(({ title }) => title)).size).toBe(1_000);
  const [csv] = await Promise.all([page.waitForEvent("download"), exportButton(page, "CSV").click()]);
  expect((await textOf(csv)).trimEnd().split("\r\n")).toHaveLength(1_001);
  await page.getByRole("button", { name: "Delete account…" }).click();
  await expect(deletion(page).getByText("more than 1,000 tasks")).toBeVisible();
});

test("export while the backend is away says so and saves nothing", async ({ page, stack }) => {
  const user = await signUp(page);
  const downloads = countDownloads(page);
  await openSettings(page);
  await stack.stopBackend();
  try {
    await exportButton(page, "JSON").click();
    await confirm(page, user);
    await expect(page.getByRole("alert").filter({ hasText: "Your tasks can’t be read right now" })).toBeVisible();
    expect(downloads()).toBe(0);
    // The deletion is refused too, and names what it cannot count.
    await page.getByRole("button", { name: "Delete account…" }).click();
    await expect(deletion(page).getByText("all of your tasks")).toBeVisible();
    await deletion(page).getByLabel("Password", { exact: true }).fill(user.password);
    await deletion(page).getByRole("button", { name: "Delete everything" }).click();
    await expect(deletion(page).getByText("so your account was kept")).toBeVisible({ timeout: 30_000 });
  } finally {
    await stack.startBackend();
  }
  await page.reload();
  await expect(page).toHaveURL(/\/settings/);
});

test("export that breaks off between two pages saves no half file", async ({ page, stack }) => {
  const user = await signUp(page);
  let requests = 0;
  const backend = createServer((request, response) => {
    requests += 1;
    if (request.url?.includes("cursor=")) return void request.socket.destroy();
    const rows = Array.from({ length: 200 }, (_, id) => ({ id, title: "x".repeat(255) }));
    response.setHeader("link", '</api/x/tasks?cursor=2>; rel="next"').end(JSON.stringify(rows));
  });
  await new Promise<void>((listening) => backend.listen(0, "127.0.0.1", listening));
  await stack.stopApp();
  await stack.startApp({ API_URL: `http://127.0.0.1:${(backend.address() as AddressInfo).port}` });
  try {
    const downloads = countDownloads(page);
    await openSettings(page);
    for (const format of ["JSON", "CSV"] as const) {
      await exportButton(page, format).click();
      if (format === "JSON") await confirm(page, user);
      await expect(page.getByRole("alert").filter({ hasText: "did not arrive whole" })).toBeVisible();
    }
    expect(requests).toBeGreaterThan(2);
    expect(downloads()).toBe(0);
  } finally {
    backend.close();
    await stack.stopApp();
    await stack.startApp();
  }
});

test("deletion lists what it deletes, offers the export, needs the password and is final", async ({
  page,
  browser,
  stack,
}) => {
  const user = await signUp(page);
  await addTask(page, "Buy milk");
  await addTask(page, "Call the bank");
  const other = await signInInNewBrowser(browser, stack, user);
  const { token, userId } = await fetchToken(other);
  const headers = { authorization: `Bearer ${token}` };

  await openSettings(page);
  await page.getByRole("button", { name: "Delete account…" }).focus();
  await page.keyboard.press("Enter");
  const password = deletion(page).getByLabel("Password", { exact: true });
  await expect(password).toBeFocused();
  await expect(deletion(page).getByRole("listitem")).toHaveText([
    "2 tasks",
    "your name, e-mail address and recent activity",
    "your password",
    "2 signed-in devices, this one included",
  ]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Delete account…" })).toBeFocused();

  await page.keyboard.press("Enter");
  await deletion(page).getByRole("button", { name: "Export everything (JSON)" }).click();
  const saved = page.waitForEvent("download");
  await confirm(page, user);
  expect(JSON.parse(await textOf(await saved)).tasks).toHaveLength(2);
  await expect(deletion(page)).toBeVisible();

  await password.fill("not the password");
  await password.press("Enter");
  await expect(password).toHaveAccessibleDescription("This is not your password.");
  await expect(password).toBeFocused();
  expect(await (await page.request.get(`/api/${userId}/tasks`, { headers })).json()).toHaveLength(2);
  await password.fill(user.password);
  await password.press("Enter");
  await page.waitForURL("**/sign-in");

  const again = await page.request.get("/api/auth/api-token");
  expect(again.status()).toBe(401);
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await expect
    .poll(async () => (await other.request.get(`/api/${userId}/tasks`, { headers })).status(), {
      timeout: MAX_DELAY_MS,
    })
    .toBe(401);
  await signIn(page, user);
  await expect(page.getByText("don’t belong together")).toBeVisible();
  await other.context().close();
});
