import { betterAuth } from "better-auth";
import { afterEach, expect, it, vi } from "vitest";
import { MAX_SESSIONS_PER_USER } from "./session-limits.ts";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

const DAY_MS = 24 * 3_600_000;

afterEach(() => void vi.useRealTimers());

/** Signs in as a browser with these cookies. Returns the new cookie. */
async function signIn({ auth }: TestAuth, email: string, cookie?: string): Promise<string> {
  const response = await sendRequest(auth, "/sign-in/email", { body: { email, password: PASSWORD }, cookie });
  expect(response.status).toBe(200);
  return cookiesOf(response);
}

const tokenStatus = async ({ auth }: TestAuth, cookie: string) =>
  (await sendRequest(auth, "/api-token", { cookie })).status;

const sessionsOf = async ({ auth }: TestAuth, userId: string) =>
  (await auth.$context).internalAdapter.listSessions(userId);

it("sign-in in the same browser ends the old session of that browser only", async () => {
  const testAuth = await createTestAuth();
  const ada = await signUpUser(testAuth.auth);
  const phone = await signIn(testAuth, ada.email);
  let cookie = ada.cookie;
  for (let attempt = 0; attempt < 3; attempt++) {
    const previous = cookie;
    cookie = await signIn(testAuth, ada.email, previous);
    expect(await tokenStatus(testAuth, previous)).toBe(401);
  }
  expect(await Promise.all([cookie, phone].map((each) => tokenStatus(testAuth, each)))).toEqual([200, 200]);
  expect(await sessionsOf(testAuth, ada.id)).toHaveLength(2);
});

it("sign-in and sign-up of another user in the same browser end the old session", async () => {
  const testAuth = await createTestAuth();
  const [ada, ben] = [await signUpUser(testAuth.auth), await signUpUser(testAuth.auth)];
  await signIn(testAuth, ben.email, ada.cookie);
  expect(await tokenStatus(testAuth, ada.cookie)).toBe(401);
  const body = { name: "Cy Birch", email: "cy@example.com", password: PASSWORD };
  await sendRequest(testAuth.auth, "/sign-up/email", { body, cookie: ben.cookie });
  expect(await tokenStatus(testAuth, ben.cookie)).toBe(401);
});

it("failed sign-in keeps the session of the browser", async () => {
  const testAuth = await createTestAuth();
  const { cookie, email } = await signUpUser(testAuth.auth);
  const body = { email, password: "not the password" };
  expect((await sendRequest(testAuth.auth, "/sign-in/email", { body, cookie })).status).toBe(401);
  expect(await tokenStatus(testAuth, cookie)).toBe(200);
});

it("session in daily use ends after 30 days", async () => {
  const testAuth = await createTestAuth();
  vi.useFakeTimers({ toFake: ["Date"] });
  const start = Date.now();
  const { cookie } = await signUpUser(testAuth.auth);
  for (let day = 1; day < 30; day++) {
    vi.setSystemTime(start + day * DAY_MS);
    expect(await tokenStatus(testAuth, cookie), `day ${day}`).toBe(200);
  }
  vi.setSystemTime(start + 30 * DAY_MS - 60_000);
  expect(await tokenStatus(testAuth, cookie)).toBe(200);
  vi.setSystemTime(start + 30 * DAY_MS + 60_000);
  expect(await tokenStatus(testAuth, cookie)).toBe(401);
});

it("session without use ends after 7 days", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(testAuth.auth);
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + 7 * DAY_MS + 60_000);
  expect(await tokenStatus(testAuth, cookie)).toBe(401);
});

it("oldest session ends when a user has more than 50, and expired ones do not count", async () => {
  const testAuth = await createTestAuth();
  const ada = await signUpUser(testAuth.auth);
  const { internalAdapter, adapter } = await testAuth.auth.$context;
  const createdAt = (minutes: number) => ({ createdAt: new Date(Date.now() - minutes * 60_000) });
  for (let session = 1; session < MAX_SESSIONS_PER_USER; session++)
    await internalAdapter.createSession(ada.id, false, createdAt(session), true);
  const expired = await internalAdapter.createSession(ada.id, false, createdAt(0), true);
  const expiresAt = new Date(Date.now() - 1_000);
  await adapter.update({ model: "session", where: [{ field: "id", value: expired.id }], update: { expiresAt } });
  const before = await sessionsOf(testAuth, ada.id);
  expect(before).toHaveLength(MAX_SESSIONS_PER_USER + 1);

  const cookie = await signIn(testAuth, ada.email);
  const after = await sessionsOf(testAuth, ada.id);
  expect(after).toHaveLength(MAX_SESSIONS_PER_USER);
  const ids = after.map(({ id }) => id);
  const oldest = before.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())[0];
  expect(
    before
      .filter(({ id }) => !ids.includes(id))
      .map(({ id }) => id)
      .sort(),
  ).toEqual([oldest?.id, expired.id].sort());
  expect(await tokenStatus(testAuth, cookie)).toBe(200);
});

it("sign-in ends the surplus of a user who has many sessions from before the limit", async () => {
  const testAuth = await createTestAuth();
  const ada = await signUpUser(testAuth.auth);
  const { internalAdapter } = await testAuth.auth.$context;
  const surplus = 90;
  for (let session = 0; session < MAX_SESSIONS_PER_USER + surplus - 1; session++)
    await internalAdapter.createSession(ada.id, false, { createdAt: new Date(Date.now() - 60_000) }, true);
  const cookie = await signIn(testAuth, ada.email);
  expect(await sessionsOf(testAuth, ada.id)).toHaveLength(MAX_SESSIONS_PER_USER);
  expect(await tokenStatus(testAuth, cookie)).toBe(200);
});

it("every way to end a session calls the database hooks for deleted sessions", async () => {
  const { auth } = await createTestAuth();
  const deleted: string[] = [];
  const hooked = {
    auth: betterAuth({
      ...auth.options,
      user: { deleteUser: { enabled: true } },
      databaseHooks: { session: { delete: { before: async ({ id }) => void deleted.push(id) } } },
    }),
  } as unknown as TestAuth;
  const { internalAdapter } = await hooked.auth.$context;
  const ada = await signUpUser(hooked.auth);
  const idsOf = async () => (await sessionsOf(hooked, ada.id)).map(({ id }) => id);
  /** Checks that exactly the sessions that `end` ends have gone through the hooks. */
  const expectHooks = async (end: () => Promise<unknown>) => {
    deleted.length = 0;
    const before = await idsOf();
    await end();
    const left = await idsOf();
    const ended = before.filter((id) => !left.includes(id));
    expect(ended.length).toBeGreaterThan(0);
    expect(deleted.toSorted()).toEqual(ended.toSorted());
  };
  const send = (path: string, body: object, cookie: string) => sendRequest(hooked.auth, path, { body, cookie });

  let cookie = ada.cookie;
  await expectHooks(async () => {
    cookie = await signIn(hooked, ada.email, cookie);
  });
  await expectHooks(() => send("/sign-out", {}, cookie));
  cookie = await signIn(hooked, ada.email);
  await signIn(hooked, ada.email);
  await expectHooks(() => send("/revoke-other-sessions", {}, cookie));
  await signIn(hooked, ada.email);
  await expectHooks(async () => {
    const body = { currentPassword: PASSWORD, newPassword: PASSWORD, revokeOtherSessions: true };
    cookie = cookiesOf(await send("/change-password", body, cookie));
  });
  for (let session = 1; session < MAX_SESSIONS_PER_USER; session++) await internalAdapter.createSession(ada.id);
  await expectHooks(async () => {
    cookie = await signIn(hooked, ada.email);
  });
  await expectHooks(() => send("/delete-user", { password: PASSWORD }, cookie));
  expect(await idsOf()).toEqual([]);
});
