import { addTask, box, expect, signUp, test } from "./fixtures.ts";

test("pages load nothing from elsewhere, and no policy is broken on the way", async ({ page, stack }) => {
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(stack.baseUrl) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto("/sign-in");
  await signUp(page);
  await addTask(page, "Buy milk");
  await box(page, "Buy milk").check();
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete account…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});

test("every page has its policy, a nonce of its own, and cannot be framed or kept", async ({ request }) => {
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
});

test("the session's cookie cannot be read by scripts, and another site cannot use it", async ({
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

test("without a token the tasks' paths are closed, also through the app", async ({ page, request }) => {
  await signUp(page);
  const answer = await page.request.get("/api/anybody/tasks");
  expect(answer.status()).toBe(401);
  expect((await answer.json()).code).toBe("missing_token");
  expect((await request.get("/api/auth/api-token")).status()).toBe(401);
});

test("a body that is too large is refused as the backend refuses it, however large it is", async ({ page }) => {
  await signUp(page);
  const { token } = await (await page.request.get("/api/auth/api-token")).json();
  const path = `/api/${JSON.parse(atob(token.split(".")[1])).sub}/tasks`;
  for (const size of [70_000, 5_000_000]) {
    const data = { title: "Buy milk", description: "x".repeat(size) };
    const answer = await page.request.post(path, { data, headers: { authorization: `Bearer ${token}` } });
    expect(answer.status(), `${size}`).toBe(413);
    expect(answer.headers()["content-type"]).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ status: 413, code: "body_too_large" });
    expect((await page.request.post(path, { data })).status(), `${size} without a token`).toBe(401);
  }
});
