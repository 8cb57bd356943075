import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { APIRequestContext } from "@playwright/test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import Libsql from "libsql";
import { type Mode, type Stack, startStack } from "./stack.ts";
import { addTask, box, expect, signUp, somebody, test } from "./fixtures.ts";

/** What operators do and what befalls them, with the real Better Auth and the real backend. A product for each drill. */
const drill = test.extend<{ product: (mode: Mode) => Promise<Stack> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs
  product: async ({}, use) => {
    const started: Stack[] = [];
    await use(async (mode) => {
      const stack = await startStack({ mode });
      started.push(stack);
      return stack;
    });
    await Promise.all(started.map((stack) => stack.stop()));
  },
});

/** Its warnings are what these drills provoke. */
const QUICK = { TODO__AUTH__JWKS_COOLDOWN_SECONDS: "1", RUST_LOG: "off" };

const newSecret = () => randomBytes(32).toString("base64");

/** Signs somebody up without a page. Gives what fetches tokens of theirs. */
async function person(request: APIRequestContext, { baseUrl }: Stack): Promise<() => Promise<string>> {
  const answer = await request.post(`${baseUrl}/api/auth/sign-up/email`, {
    data: somebody(),
    headers: { origin: baseUrl },
  });
  expect(answer.status()).toBe(200);
  return () => tokenOf(request, baseUrl);
}

async function tokenOf(request: APIRequestContext, baseUrl: string): Promise<string> {
  const answer = await request.get(`${baseUrl}/api/auth/api-token`);
  expect(answer.status()).toBe(200);
  return ((await answer.json()) as { token: string }).token;
}

/** What the backend says to a list of one's own tasks. */
async function statusOf({ apiUrl }: Stack, token: string): Promise<number> {
  const answer = await ask(apiUrl, token);
  await answer.arrayBuffer();
  return answer.status;
}

const ask = (apiUrl: string, token: string) =>
  fetch(`${apiUrl}/api/${decodeJwt(token).sub}/tasks`, { headers: { authorization: `Bearer ${token}` } });

const kidOf = (token: string) => decodeProtectedHeader(token).kid;

/** A token of a key that was never anybody's. */
function forged(token: string): string {
  const [, ...rest] = token.split(".");
  const header = { alg: "EdDSA", kid: randomBytes(8).toString("hex") };
  return [Buffer.from(JSON.stringify(header)).toString("base64url"), ...rest].join(".");
}

/** What its 30 days do to the key that signs: its time is over, and the next token needs a new one. */
function endSigningKey({ folder }: Stack): void {
  const database = new Libsql(`${folder}/auth.db`);
  database.exec("PRAGMA busy_timeout = 5000");
  const now = new Date().toISOString();
  database.prepare("UPDATE jwks SET expiresAt = ? WHERE expiresAt > ?").run(now, now);
  database.close();
}

drill(
  "a secret is changed: tokens of before and after count, then the old ones end, and nobody is signed out",
  async ({ page, product }) => {
    drill.slow();
    const stack = await product("shared-secret");
    await signUp(page, undefined, stack.baseUrl);
    await addTask(page, "Buy milk");
    const before = await tokenOf(page.request, stack.baseUrl);
    const secret = newSecret();
    const both = { BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: `2:${secret},1:${stack.secret}` };
    const dropped = { BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: `2:${secret}` };

    // The backend first: it has to know what the app will sign with.
    await stack.stopBackend();
    await stack.startBackend(both);
    expect(await statusOf(stack, before)).toBe(200);
    await stack.stopApp();
    await stack.startApp(both);
    await page.reload();
    await expect(box(page, "Buy milk")).toBeVisible();
    const after = await tokenOf(page.request, stack.baseUrl);
    expect([await statusOf(stack, before), await statusOf(stack, after)]).toEqual([200, 200]);

    await stack.stopBackend();
    await stack.startBackend(dropped);
    expect([await statusOf(stack, before), await statusOf(stack, after)]).toEqual([401, 200]);
    await stack.stopApp();
    await stack.startApp(dropped);
    await page.reload();
    await expect(box(page, "Buy milk")).toBeVisible();
    await addTask(page, "Call the bank");
    expect(await statusOf(stack, await tokenOf(page.request, stack.baseUrl))).toBe(200);
  },
);

drill(
  "a secret is changed where keys sign: all tokens count all the while, and nobody is signed out",
  async ({ product, request }) => {
    const stack = await product("jwks");
    const newToken = await person(request, stack);
    const before = await newToken();
    const secret = newSecret();
    await stack.stopBackend();
    await stack.startBackend(QUICK);
    for (const secrets of [`2:${secret},1:${stack.secret}`, `2:${secret}`]) {
      await stack.stopApp();
      await stack.startApp({ BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: secrets });
      expect([await statusOf(stack, before), await statusOf(stack, await newToken())]).toEqual([200, 200]);
    }
  },
);

drill("keys are rotated under load, and nobody is refused", async ({ product, request }) => {
  const stack = await product("jwks");
  const newToken = await person(request, stack);
  await stack.stopBackend();
  await stack.startBackend(QUICK);

  const tokens = [await newToken()];
  const answers: Record<number, number> = {};
  let isOver = false;
  const load = Array.from({ length: 8 }, async (_, at) => {
    for (let turn = at; !isOver; turn++) {
      // The newest as soon as it is there, and the older ones in turn.
      const token = (turn % 2 ? tokens.at(-1) : tokens[turn % tokens.length]) ?? "";
      const status = await statusOf(stack, token);
      answers[status] = (answers[status] ?? 0) + 1;
    }
  });
  for (let rotation = 0; rotation < 4; rotation++) {
    await wait(1_500);
    endSigningKey(stack);
    tokens.push(await newToken());
  }
  await wait(1_000);
  isOver = true;
  await Promise.all(load);

  expect(new Set(tokens.map(kidOf)).size).toBe(5);
  expect(Object.keys(answers)).toEqual(["200"]);
  console.log(`${answers[200]} requests while the key changed 4 times`);
});

drill("an issuer that is away for longer than its keys' age ends no known token", async ({ product, request }) => {
  const stack = await product("jwks");
  const newToken = await person(request, stack);
  const token = await newToken();
  await stack.stopBackend();
  await stack.startBackend({ ...QUICK, TODO__AUTH__JWKS_MAX_AGE_SECONDS: "1" });
  expect(await statusOf(stack, token)).toBe(200);
  await stack.stopApp();
  for (let second = 0; second < 4; second++) {
    await wait(1_000);
    expect(await statusOf(stack, token)).toBe(200);
  }
  // Of a key that is not known nothing can be found out, which makes it no better.
  expect(await statusOf(stack, forged(token))).toBe(401);

  endSigningKey(stack);
  await stack.startApp();
  const next = await newToken();
  expect(kidOf(next)).not.toBe(kidOf(token));
  await expect.poll(() => statusOf(stack, next)).toBe(200);
});

drill(
  "a backend that starts without its issuer says so, and serves as soon as that is up",
  async ({ product, request }) => {
    const stack = await product("jwks");
    const token = await (await person(request, stack))();
    await Promise.all([stack.stopBackend(), stack.stopApp()]);
    await stack.startBackend(QUICK);
    const answer = await ask(stack.apiUrl, token);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ type: "/problems/unavailable", status: 503, code: "unavailable" });

    await stack.startApp();
    await expect.poll(() => statusOf(stack, token)).toBe(200);
  },
);

drill("200 tokens of unknown keys at once are one fetch for each cooldown", async ({ product, request }) => {
  const stack = await product("jwks");
  const token = await (await person(request, stack))();
  let fetches = 0;
  const counter = createServer(async (_, answer) => {
    fetches += 1;
    const set = await fetch(`${stack.baseUrl}/api/auth/jwks`);
    answer.writeHead(set.status, { "content-type": "application/json" }).end(await set.text());
  });
  await new Promise<void>((resolve) => counter.listen(0, "127.0.0.1", resolve));
  const { port } = counter.address() as AddressInfo;
  const cooldown = 4;
  await stack.stopBackend();
  await stack.startBackend({
    TODO__AUTH__JWKS_URL: `http://127.0.0.1:${port}/jwks`,
    TODO__AUTH__JWKS_COOLDOWN_SECONDS: String(cooldown),
  });
  expect(await statusOf(stack, token)).toBe(200);
  expect(fetches).toBe(1);

  for (let round = 0; round < 2; round++) {
    await wait(cooldown * 1_000 + 100);
    fetches = 0;
    const start = performance.now();
    const statuses = await Promise.all(Array.from({ length: 200 }, () => statusOf(stack, forged(token))));
    expect(new Set(statuses)).toEqual(new Set([401]));
    // One, unless the machine was so slow that a cooldown went by.
    const cooldowns = Math.floor((performance.now() - start) / (cooldown * 1_000));
    expect(fetches).toBeGreaterThanOrEqual(1);
    expect(fetches).toBeLessThanOrEqual(1 + cooldowns);
    expect(await statusOf(stack, token)).toBe(200);
  }
  counter.close();
});
