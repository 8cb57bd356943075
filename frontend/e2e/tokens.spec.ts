import { strangers } from "../scripts/non-access-tokens.mjs";
import { expect, newTask, signUp, test } from "./fixtures.ts";

const partOf = (token: string, at: number) =>
  JSON.parse(Buffer.from(token.split(".")[at] ?? "", "base64url").toString());

test("the backend takes the token that Better Auth gives, and knows whose it is", async ({ page, stack, request }) => {
  await signUp(page);
  await expect(newTask(page)).toBeVisible();
  const { token } = (await (await page.request.get("/api/auth/api-token")).json()) as { token: string };
  const header = partOf(token, 0);
  expect(header).toEqual(stack.mode === "jwks" ? { alg: "EdDSA", kid: header.kid } : { alg: "HS256", typ: "JWT" });

  const { sub } = partOf(token, 1);
  const authorization = `Bearer ${token}`;
  const own = await request.get(`${stack.apiUrl}/api/${sub}/tasks`, { headers: { authorization } });
  expect(own.status()).toBe(200);
  const others = await request.get(`${stack.apiUrl}/api/${sub}x/tasks`, { headers: { authorization } });
  expect(others.status()).toBe(403);
});

test("the backend refuses whatever else Better Auth signs with the same key", async ({ stack, request }) => {
  const { userId, ...tokens } = await strangers({ ...stack, databaseFile: `${stack.folder}/auth.db` });
  // They are what they are said to be, or the test would show nothing.
  const isJwks = stack.mode === "jwks";
  expect(partOf(tokens.sessionCache, 0).alg).toBe(isJwks ? "EdDSA" : "HS256");
  expect(partOf(tokens.emailVerification, 1)).toHaveProperty("email");
  expect(tokens.opaqueSession).toMatch(/^[A-Za-z0-9]{32}$/);
  if (isJwks) expect(partOf(tokens.sessionCache, 1).sub).toBe(userId);

  for (const [kind, token] of Object.entries(tokens)) {
    const answer = await request.get(`${stack.apiUrl}/api/${userId}/tasks`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status(), kind).toBe(401);
    expect((await answer.json()).code, kind).toBe("invalid_token");
  }
});
