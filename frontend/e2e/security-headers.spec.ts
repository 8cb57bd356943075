import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { addTask, expect, fetchToken, signUp, taskCheckbox, test } from "./fixtures.ts";
import { APP } from "./stack.ts";

const BUILD = join(dirname(APP), ".next");

/** Sends a request whose path and headers are not normalized by a client. */
async function sendRaw(url: string, path: string, headers: Record<string, string | string[]> = {}) {
  const { hostname, port } = new URL(url);
  const [response]: IncomingMessage[] = await once(
    httpRequest({ hostname, port, path, headers, agent: false }).end(),
    "response",
  );
  if (!response) throw new Error("no response");
  return response;
}

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

test("every kind of response has a content security policy, and under https Strict-Transport-Security", async ({
  stack,
}) => {
  const asset = readdirSync(join(BUILD, "static/chunks")).find((name) => name.endsWith(".js"));
  const statuses: Record<string, number> = {
    "/": 200,
    "/sign-in": 200,
    "/tasks": 307,
    "/nothing-here": 404,
    "/icon.svg": 200,
    "/favicon.ico": 404,
    "/readyz": 200,
    "/api/auth/api-token": 401,
    "/api/auth/nothing-here": 404,
    "/api/ann/tasks": 401,
    "/api/ann/tasks/": 308,
    "//evil.example/": 308,
    [`/_next/static/chunks/${asset}`]: 200,
    "/_next/static/nothing-here.js": 404,
  };
  const check = async (hsts: string | undefined) => {
    for (const [path, status] of Object.entries(statuses)) {
      const { headers, statusCode } = await sendRaw(stack.baseUrl, path);
      expect(statusCode, path).toBe(status);
      expect(headers["content-security-policy"], path).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers["x-content-type-options"], path).toBe("nosniff");
      expect(headers["strict-transport-security"], path).toBe(hsts);
      expect(headers["x-request-id"], path).toMatch(/^[0-9a-f-]{32,36}$/);
    }
  };
  await check(undefined);
  await stack.stopApp();
  await stack.startApp({ BETTER_AUTH_URL: "https://todo.example" });
  try {
    await check("max-age=63072000; includeSubDomains");
  } finally {
    await stack.stopApp();
    await stack.startApp();
  }
});

test("several Authorization headers are 400, with the first one valid and with none valid", async ({ page, stack }) => {
  await signUp(page);
  const { token, userId } = await fetchToken(page);
  const path = `/api/${userId}/tasks`;
  for (const authorization of [
    [`Bearer ${token}`, "Bearer other"],
    [`Bearer ${token}`, `Bearer ${token}`],
    ["", "a"],
  ]) {
    const response = await sendRaw(stack.baseUrl, path, { authorization });
    expect(response.statusCode).toBe(400);
    expect(response.headers["www-authenticate"]).toContain('error="invalid_request"');
    expect(await json(response)).toMatchObject({ status: 400, code: "invalid_request" });
  }
  expect((await sendRaw(stack.baseUrl, path, { authorization: `Bearer ${token}` })).statusCode).toBe(200);
});

test("data paths of Next.js are no aliases of API paths", async ({ page, stack }) => {
  await signUp(page);
  const { token, userId } = await fetchToken(page);
  const buildId = readFileSync(join(BUILD, "BUILD_ID"), "utf8");
  const aliases = [
    `/api/${userId}/tasks.rsc`,
    `/api/${userId}/tasks.rsc?limit=1`,
    `/api/${userId}/tasks/1.rsc`,
    `/_next/data/${buildId}/api/${userId}/tasks.json`,
    `/_next/data/other/api/${userId}/tasks.json`,
    `/api/${userId}/tasks.segments/_tree.segment.rsc`,
    "/api/auth/api-token.rsc",
    `/_next/data/${buildId}/api/auth/api-token.json`,
  ];
  for (const path of aliases) {
    for (const name of ["accept", "rsc", "x-nextjs-data"]) {
      const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      const authorization = `Bearer ${token}`;
      const response = await sendRaw(stack.baseUrl, path, { [name]: "1", authorization, cookie });
      expect(response.statusCode, path).toBe(404);
      expect(await json(response), path).toMatchObject({ status: 404, code: "not_found" });
    }
  }
});

test("built app contains no source maps", () => {
  const files = readdirSync(BUILD, { recursive: true }).map(String);
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
});

test("forwarded request has one id in the web app's and the backend's response", async ({ stack }) => {
  const response = await sendRaw(stack.baseUrl, "/api/ann/tasks", { "x-request-id": "request-7" });
  expect(response.headers["x-request-id"]).toBe("request-7");
});
