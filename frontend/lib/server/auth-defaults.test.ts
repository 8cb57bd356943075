import { expect, it } from "vitest";
import { createTestAuth, signUpUser } from "./test-utils.ts";

it("new database has no account", async () => {
  const { auth } = await createTestAuth();
  const { adapter } = await auth.$context;
  expect(await adapter.count({ model: "user" })).toBe(0);
  expect(await adapter.count({ model: "account" })).toBe(0);
});

it("session tokens are unique and have 190 random bits", async () => {
  const { auth } = await createTestAuth();
  const { adapter } = await auth.$context;
  for (let user = 0; user < 5; user++) await signUpUser(auth);
  const sessions = await adapter.findMany<{ token: string }>({ model: "session" });
  const tokens = new Set(sessions.map(({ token }) => token));
  expect(tokens.size).toBe(5);
  // 32 characters of 62 each.
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9]{32}$/);
});
