import { createNonAccessTokens } from "../scripts/non-access-tokens.mjs";
import { expect, fetchToken, newTaskInput, signUp, test, tokenPart } from "./fixtures.ts";

test("backend accepts a Better Auth access token for its own user only", async ({ page, stack, request }) => {
  await signUp(page);
  await expect(newTaskInput(page)).toBeVisible();
  const { token, userId } = await fetchToken(page);
  const header = tokenPart(token, 0);
  expect(header).toEqual(stack.mode === "jwks" ? { alg: "EdDSA", kid: header.kid } : { alg: "HS256", typ: "JWT" });

  const authorization = `Bearer ${token}`;
  const own = await request.get(`${stack.apiUrl}/api/${userId}/tasks`, { headers: { authorization } });
  expect(own.status()).toBe(200);
  const other = await request.get(`${stack.apiUrl}/api/${userId}x/tasks`, { headers: { authorization } });
  expect(other.status()).toBe(403);
});

test("backend rejects other tokens that Better Auth signs with the same key", async ({ stack, request }) => {
  const { userId, ...tokens } = await createNonAccessTokens({ ...stack, databaseFile: `${stack.folder}/auth.db` });
  // The tokens are of the expected kinds; otherwise the rejections below would prove nothing.
  const isJwks = stack.mode === "jwks";
  expect(tokenPart(tokens.sessionCache, 0).alg).toBe(isJwks ? "EdDSA" : "HS256");
  expect(tokenPart(tokens.emailVerification, 1)).toHaveProperty("email");
  expect(tokens.opaqueSession).toMatch(/^[A-Za-z0-9]{32}$/);
  if (isJwks) expect(tokenPart(tokens.sessionCache, 1).sub).toBe(userId);

  for (const [kind, token] of Object.entries(tokens)) {
    const response = await request.get(`${stack.apiUrl}/api/${userId}/tasks`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status(), kind).toBe(401);
    expect((await response.json()).code, kind).toBe("invalid_token");
  }
});
