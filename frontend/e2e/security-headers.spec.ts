import { addTask, expect, fetchToken, signUp, taskCheckbox, test } from "./fixtures.ts";

test("pages load nothing from other origins and violate no content security policy", async ({ page, stack }) => {
  const externalUrls: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(stack.baseUrl) && !/^(data|blob):/.test(url)) externalUrls.push(url);
  });
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto("/sign-in");
  await signUp(page);
  await addTask(page, "Buy milk");
  await taskCheckbox(page, "Buy milk").check();
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete account…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(externalUrls).toEqual([]);
  expect(errors).toEqual([]);
});

test("every page response has a unique nonce and forbids framing and caching", async ({ request }) => {
  const nonces = new Set<string>();
  for (const path of ["/sign-in", "/sign-up", "/nothing-here", "/sign-in"]) {
    const headers = (await request.get(path)).headers();
    const policy = headers["content-security-policy"] ?? "";
    nonces.add(policy.match(/script-src 'self' 'nonce-([^']+)' 'strict-dynamic'/)?.[1] ?? path);
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(headers["cache-control"], path).toContain("no-store");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["x-powered-by"], path).toBeUndefined();
    expect(headers["strict-transport-security"], path).toBeUndefined();
  }
  expect(nonces.size).toBe(4);
  // 128 random bits: a UUID has 122.
  for (const nonce of nonces) expect(Buffer.from(nonce, "base64")).toHaveLength(16);
});

test("session cookie is HttpOnly, expires after 7 days and is rejected from another origin", async ({
  page,
  context,
  request,
}) => {
  await signUp(page);
  const session = (await context.cookies()).find((cookie) => cookie.name.endsWith("session_token"));
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  const days = ((session?.expires ?? 0) - Date.now() / 1000) / 86_400;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThanOrEqual(7);
  const forged = await request.post("/api/auth/sign-out", {
    headers: { origin: "https://evil.example", cookie: `${session?.name}=${session?.value}` },
    data: {},
  });
  expect(forged.status()).toBe(403);
});

test("task request without a token is rejected by the web app's proxy", async ({ page, request }) => {
  await signUp(page);
  const response = await page.request.get("/api/some-user/tasks");
  expect(response.status()).toBe(401);
  expect((await response.json()).code).toBe("missing_token");
  expect((await request.get("/api/auth/api-token")).status()).toBe(401);
});

test("request body that is too large is rejected with the backend's problem response", async ({ page }) => {
  await signUp(page);
  const { token, userId } = await fetchToken(page);
  const path = `/api/${userId}/tasks`;
  for (const size of [70_000, 5_000_000]) {
    const data = { title: "Buy milk", description: "x".repeat(size) };
    const response = await page.request.post(path, { data, headers: { authorization: `Bearer ${token}` } });
    expect(response.status(), `${size}`).toBe(413);
    expect(response.headers()["content-type"]).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 413, code: "body_too_large" });
    expect((await page.request.post(path, { data })).status(), `${size} without a token`).toBe(401);
  }
});
