import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIRequestContext } from "@playwright/test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import Libsql from "libsql";
import { addTask, test as base, expect, newUser, signUp, taskCheckbox } from "./fixtures.ts";
import { type Stack, startStack, type TokenMode } from "./stack.ts";

/** Rotation of secrets and keys, and failures of the issuer. Each test starts stacks of its own. */
const test = base.extend<{ start: (mode: TokenMode) => Promise<Stack> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright requires an object pattern
  start: async ({}, use) => {
    const stacks: Stack[] = [];
    await use(async (mode) => {
      const stack = await startStack({ mode });
      stacks.push(stack);
      return stack;
    });
    await Promise.all(stacks.map((stack) => stack.stop()));
  },
});

const COOLDOWN_MS = 1_000;
/** The log is off because these tests provoke warnings. */
const SHORT_COOLDOWN = { TODO__AUTH__JWKS_COOLDOWN_SECONDS: String(COOLDOWN_MS / 1_000), RUST_LOG: "off" };

const newSecret = () => randomBytes(32).toString("base64");

/** Signs a user up through the API. Returns a function that fetches an access token of the user. */
async function createUser(request: APIRequestContext, { baseUrl }: Stack): Promise<() => Promise<string>> {
  const response = await request.post(`${baseUrl}/api/auth/sign-up/email`, {
    data: newUser(),
    headers: { origin: baseUrl },
  });
  expect(response.status()).toBe(200);
  return () => fetchToken(request, baseUrl);
}

async function fetchToken(request: APIRequestContext, baseUrl: string): Promise<string> {
  const response = await request.get(`${baseUrl}/api/auth/api-token`);
  expect(response.status()).toBe(200);
  return ((await response.json()) as { token: string }).token;
}

/** The status of a list request to the backend with this token. */
async function listStatus({ apiUrl }: Stack, token: string): Promise<number> {
  const response = await requestList(apiUrl, token);
  await response.arrayBuffer();
  return response.status;
}

const requestList = (apiUrl: string, token: string) =>
  fetch(`${apiUrl}/api/${decodeJwt(token).sub}/tasks`, { headers: { authorization: `Bearer ${token}` } });

const kidOf = (token: string) => decodeProtectedHeader(token).kid;

/** The token with a random `kid`, which no key has. */
function withUnknownKid(token: string): string {
  const [, ...rest] = token.split(".");
  const header = { alg: "EdDSA", kid: randomBytes(8).toString("hex") };
  return [Buffer.from(JSON.stringify(header)).toString("base64url"), ...rest].join(".");
}

/** Expires the signing key, so that the next token is signed with a new one. */
function expireSigningKey({ folder }: Stack): void {
  const database = new Libsql(`${folder}/auth.db`);
  database.exec("PRAGMA busy_timeout = 5000");
  const now = new Date().toISOString();
  database.prepare("UPDATE jwks SET expiresAt = ? WHERE expiresAt > ?").run(now, now);
  database.close();
}

test("rotated secret keeps sessions and accepts old tokens until the old secret is removed", async ({
  page,
  start,
}) => {
  test.slow();
  const stack = await start("shared-secret");
  await signUp(page, undefined, stack.baseUrl);
  await addTask(page, "Buy milk");
  const before = await fetchToken(page.request, stack.baseUrl);
  const secret = newSecret();
  const both = { BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: `2:${secret},1:${stack.secret}` };
  const newOnly = { BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: `2:${secret}` };

  // The backend is first: it must accept the secret before the web app signs with it.
  await stack.stopBackend();
  await stack.startBackend(both);
  expect(await listStatus(stack, before)).toBe(200);
  await stack.stopApp();
  await stack.startApp(both);
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible();
  const after = await fetchToken(page.request, stack.baseUrl);
  expect([await listStatus(stack, before), await listStatus(stack, after)]).toEqual([200, 200]);

  await stack.stopBackend();
  await stack.startBackend(newOnly);
  expect([await listStatus(stack, before), await listStatus(stack, after)]).toEqual([401, 200]);
  await stack.stopApp();
  await stack.startApp(newOnly);
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible();
  await addTask(page, "Call the bank");
  expect(await listStatus(stack, await fetchToken(page.request, stack.baseUrl))).toBe(200);
});

test("rotated secret in jwks mode keeps sessions and all tokens", async ({ start, request }) => {
  const stack = await start("jwks");
  const newToken = await createUser(request, stack);
  const before = await newToken();
  const secret = newSecret();
  await stack.stopBackend();
  await stack.startBackend(SHORT_COOLDOWN);
  for (const secrets of [`2:${secret},1:${stack.secret}`, `2:${secret}`]) {
    await stack.stopApp();
    await stack.startApp({ BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: secrets });
    expect([await listStatus(stack, before), await listStatus(stack, await newToken())]).toEqual([200, 200]);
  }
});

test("key rotation under load rejects no request", async ({ start, request }) => {
  const stack = await start("jwks");
  const newToken = await createUser(request, stack);
  await stack.stopBackend();
  await stack.startBackend(SHORT_COOLDOWN);

  const tokens = [await newToken()];
  const requests = new Map<string, number>();
  const statuses = new Map<number, number>();
  let isRunning = true;
  const load = Array.from({ length: 8 }, async (_, worker) => {
    for (let turn = worker; isRunning; turn++) {
      // Alternates between the newest token and all tokens in turn.
      const token = (turn % 2 ? tokens.at(-1) : tokens[turn % tokens.length]) ?? "";
      const status = await listStatus(stack, token);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      requests.set(token, (requests.get(token) ?? 0) + 1);
    }
  });
  /** Waits until the newest token was used under load and the cooldown of its key fetch has passed. */
  const settle = async () => {
    await expect.poll(() => requests.get(tokens.at(-1) ?? "") ?? 0).toBeGreaterThan(100);
    const firstUsed = performance.now();
    await expect.poll(() => performance.now() - firstUsed).toBeGreaterThan(COOLDOWN_MS);
  };
  for (let rotation = 0; rotation < 4; rotation++) {
    await settle();
    expireSigningKey(stack);
    tokens.push(await newToken());
  }
  await settle();
  isRunning = false;
  await Promise.all(load);

  expect(new Set(tokens.map(kidOf)).size).toBe(5);
  expect([...statuses.keys()]).toEqual([200]);
  console.log(`${statuses.get(200)} requests during 4 key rotations`);
});

test("known token is accepted while the issuer is down for longer than the maximum age of its keys", async ({
  start,
  request,
}) => {
  const stack = await start("jwks");
  const newToken = await createUser(request, stack);
  const token = await newToken();
  const maxAgeSeconds = 1;
  await stack.stopBackend();
  await stack.startBackend({ ...SHORT_COOLDOWN, TODO__AUTH__JWKS_MAX_AGE_SECONDS: String(maxAgeSeconds) });
  expect(await listStatus(stack, token)).toBe(200);
  await stack.stopApp();
  const end = performance.now() + 4 * maxAgeSeconds * 1_000;
  while (performance.now() < end) expect(await listStatus(stack, token)).toBe(200);
  // An unknown key cannot be fetched, so it is not known whether the token is valid.
  expect(await listStatus(stack, withUnknownKid(token))).toBe(503);

  expireSigningKey(stack);
  await stack.startApp();
  const next = await newToken();
  expect(kidOf(next)).not.toBe(kidOf(token));
  await expect.poll(() => listStatus(stack, next)).toBe(200);
});

test("backend started without its issuer answers 503 until the issuer is up", async ({ start, request }) => {
  const stack = await start("jwks");
  const token = await (await createUser(request, stack))();
  await Promise.all([stack.stopBackend(), stack.stopApp()]);
  await stack.startBackend(SHORT_COOLDOWN);
  const response = await requestList(stack.apiUrl, token);
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ type: "/problems/unavailable", status: 503, code: "unavailable" });

  await stack.startApp();
  await expect.poll(() => listStatus(stack, token)).toBe(200);
});

test("concurrent tokens with unknown keys cause one key fetch per cooldown", async ({ start, request }) => {
  const stack = await start("jwks");
  const token = await (await createUser(request, stack))();
  let fetches = 0;
  const proxy = createServer(async (_, response) => {
    fetches += 1;
    const jwks = await fetch(`${stack.baseUrl}/api/auth/jwks`);
    response.writeHead(jwks.status, { "content-type": "application/json" }).end(await jwks.text());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const cooldownSeconds = 4;
  await stack.stopBackend();
  const startedAt = performance.now();
  await stack.startBackend({
    TODO__AUTH__JWKS_URL: `http://127.0.0.1:${port}/jwks`,
    TODO__AUTH__JWKS_COOLDOWN_SECONDS: String(cooldownSeconds),
  });
  expect(await listStatus(stack, token)).toBe(200);
  expect(fetches).toBe(1);

  /** Sends 200 tokens at once and returns the number of key fetches so far. */
  const sendUnknownKids = async () => {
    const statuses = await Promise.all(Array.from({ length: 200 }, () => listStatus(stack, withUnknownKid(token))));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(await listStatus(stack, token)).toBe(200);
    return fetches;
  };
  await expect.poll(sendUnknownKids, { timeout: 5 * cooldownSeconds * 1_000 }).toBeGreaterThanOrEqual(3);
  const cooldowns = Math.floor((performance.now() - startedAt) / (cooldownSeconds * 1_000));
  expect(fetches).toBeLessThanOrEqual(1 + cooldowns);
  proxy.close();
});
