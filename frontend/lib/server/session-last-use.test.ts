import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { LAST_USE_PRECISION_MS } from "./session-last-use.ts";
import { shortenAddress } from "./sessions.ts";
import { createTestAuth, signUpUser, type TestAuth } from "./test-utils.ts";

// The clock stands still, so that the times are exact.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Auth = TestAuth["auth"];

const skipTime = (milliseconds: number) => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });

const requestToken = (auth: Auth, cookie: string, address = "192.0.2.1") =>
  auth.handler(
    new Request("http://localhost:3000/api/auth/api-token", { headers: { cookie, [CLIENT_IP_HEADER]: address } }),
  );

async function storedSession(auth: Auth, userId: string) {
  const [session] = await (await auth.$context).internalAdapter.listSessions(userId);
  if (!session) throw new Error("the user has no session");
  return session;
}

it("last use of a session is stored with its address, once in five minutes", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  const { adapter } = await auth.$context;
  const updateMany = vi.spyOn(adapter, "updateMany");
  const signedIn = await storedSession(auth, id);
  skipTime(LAST_USE_PRECISION_MS - 1);
  expect((await requestToken(auth, cookie, "198.51.100.7")).status).toBe(200);
  expect(await storedSession(auth, id)).toEqual(signedIn);
  expect(updateMany).not.toHaveBeenCalled();

  skipTime(1);
  await requestToken(auth, cookie, "198.51.100.7");
  const used = await storedSession(auth, id);
  expect(used).toEqual({ ...signedIn, updatedAt: new Date(), ipAddress: "198.51.100.7" });
  skipTime(1_000);
  for (let request = 0; request < 20; request++) await requestToken(auth, cookie);
  expect(await storedSession(auth, id)).toEqual(used);
  expect(updateMany).toHaveBeenCalledTimes(1);
});

it("page that reads the session is a use", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  skipTime(LAST_USE_PRECISION_MS);
  await auth.api.getSession({ headers: new Headers({ cookie, [CLIENT_IP_HEADER]: "198.51.100.7" }) });
  expect(await storedSession(auth, id)).toMatchObject({ updatedAt: new Date(), ipAddress: "198.51.100.7" });
});

it("use of a session does not move the day on which it is extended, nor its end", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  const { expiresAt } = await storedSession(auth, id);
  const hour = 60 * 60_000;
  skipTime(23 * hour);
  await requestToken(auth, cookie);
  expect((await storedSession(auth, id)).expiresAt).toEqual(expiresAt);
  skipTime(hour);
  await requestToken(auth, cookie);
  expect((await storedSession(auth, id)).expiresAt.getTime()).toBe(expiresAt.getTime() + 24 * hour);
});

it("request without a session, and one with a session that has ended, write nothing", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  const { adapter, internalAdapter } = await auth.$context;
  skipTime(LAST_USE_PRECISION_MS);
  const updateMany = vi.spyOn(adapter, "updateMany");
  expect((await requestToken(auth, "")).status).toBe(401);
  await internalAdapter.deleteSession((await storedSession(auth, id)).token);
  expect((await requestToken(auth, cookie)).status).toBe(401);
  expect(updateMany).not.toHaveBeenCalled();
  expect(await internalAdapter.listSessions(id)).toEqual([]);
});

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:0db8:0000:0000:0000:0000:0000:0000", "2001:db8::"],
  ["", ""],
])("address %s is shown as %s", (stored, shown) => {
  expect(shortenAddress(stored)).toBe(shown);
});
