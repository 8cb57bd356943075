import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { parseConfig } from "./config.ts";
import { MAX_REVOCATIONS, revokeSubject } from "./revocations.ts";
import { createDatabaseVariables, databaseKinds, executeSql } from "./test-databases.ts";
import { cookiesOf, createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

type Entry = { sid?: string; sub?: string; before: number; until: number };
type Auth = TestAuth["auth"];

const PASSWORD = "a long phrase";
const SECOND_MS = 1_000;
const nowSeconds = () => Math.floor(Date.now() / 1_000);

const getList = (auth: Auth, headers: Record<string, string> = {}) =>
  auth.handler(new Request("http://localhost:3000/api/auth/revocations", { headers }));

async function getEntries(auth: Auth): Promise<Entry[]> {
  const response = await getList(auth);
  expect(response.status).toBe(200);
  return decodeJwt<{ revocations: Entry[] }>(await response.text()).revocations;
}

async function signIn(auth: Auth, email: string): Promise<string> {
  const response = await sendRequest(auth, "/sign-in/email", { body: { email, password: PASSWORD } });
  expect(response.status).toBe(200);
  return cookiesOf(response);
}

async function sessionIdOf(auth: Auth, cookie: string): Promise<string> {
  const session = (await (await sendRequest(auth, "/get-session", { cookie })).json()) as { session: { id: string } };
  return session.session.id;
}

/** The list is up to one second old, so the clock that measures its age is moved on. */
async function getNewEntries(auth: Auth): Promise<Entry[]> {
  skipTime(SECOND_MS);
  return getEntries(auth);
}

const monotonicNow = performance.now.bind(performance);
let skippedMs = 0;
function skipTime(milliseconds: number): void {
  skippedMs += milliseconds;
  vi.spyOn(performance, "now").mockImplementation(() => monotonicNow() + skippedMs);
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  skippedMs = 0;
});

describe.each(databaseKinds)("with an %s database", (kind) => {
  const createTestApp = async (variables: Record<string, string> = {}) =>
    createTestAuth({ ...(await createDatabaseVariables(kind)), ...variables });

  /** A user with this number of sessions. */
  async function createSessions(auth: Auth, count: number) {
    const user = await signUpUser(auth);
    const { internalAdapter } = await auth.$context;
    // As a sign-in does, without the time of a password hash.
    for (let index = 1; index < count; index++) await internalAdapter.createSession(user.id);
    return user;
  }

  it("list without revocations is empty", async () => {
    expect(await getEntries((await createTestApp()).auth)).toEqual([]);
  });

  it("sign-out publishes the session's id until its last token has expired", async () => {
    const { auth } = await createTestApp({ API_TOKEN_TTL: "600" });
    const { cookie } = await signUpUser(auth);
    const sid = await sessionIdOf(auth, cookie);
    expect(await getEntries(auth)).toEqual([]);
    const response = await sendRequest(auth, "/sign-out", { body: {}, cookie });
    expect(response.status).toBe(200);
    expect(cookiesOf(response)).toContain("better-auth.session_token=");
    const [entry, ...others] = await getNewEntries(auth);
    expect(others).toEqual([]);
    expect(entry?.sid).toBe(sid);
    // Tokens that are signed while the session is being deleted are included.
    expect(entry?.before).toBeGreaterThanOrEqual(nowSeconds());
    expect(entry?.until).toBe((entry?.before ?? 0) + 600 + 60);
  });

  it("revoking one session publishes its id only", async () => {
    const { auth } = await createTestApp();
    const { cookie, email } = await signUpUser(auth);
    const other = await signIn(auth, email);
    const { internalAdapter } = await auth.$context;
    const session = (await internalAdapter.listSessions((await userOf(auth, cookie)).id)).find(({ token }) =>
      decodeURIComponent(other).includes(token),
    );
    await sendRequest(auth, "/revoke-session", { body: { token: session?.token ?? "" }, cookie });
    expect((await getNewEntries(auth)).map(({ sid }) => sid)).toEqual([session?.id]);
  });

  it("revoking other sessions publishes all of them, and not the current one", async () => {
    const { auth } = await createTestApp();
    const { cookie, id } = await createSessions(auth, 120);
    const ids = (await (await auth.$context).internalAdapter.listSessions(id)).map((session) => session.id);
    expect(ids).toHaveLength(120);
    const current = await sessionIdOf(auth, cookie);
    await sendRequest(auth, "/revoke-other-sessions", { body: {}, cookie });
    const published = (await getNewEntries(auth)).map(({ sid }) => sid);
    expect(published.sort()).toEqual(ids.filter((each) => each !== current).sort());
  });

  it("password change that revokes other sessions publishes all sessions and not the new one", async () => {
    const { auth } = await createTestApp();
    const { cookie, id } = await createSessions(auth, 120);
    const { internalAdapter } = await auth.$context;
    const ids = (await internalAdapter.listSessions(id)).map((session) => session.id);
    const body = { currentPassword: PASSWORD, newPassword: "another long phrase", revokeOtherSessions: true };
    const response = await sendRequest(auth, "/change-password", { body, cookie });
    expect(response.status).toBe(200);
    const published = (await getNewEntries(auth)).map(({ sid }) => sid);
    expect(published.sort()).toEqual(ids.sort());
    expect(published).not.toContain(await sessionIdOf(auth, cookiesOf(response)));
  });

  it("deletion of many sessions at once publishes all of them", async () => {
    const { auth } = await createTestApp();
    const { id } = await createSessions(auth, 5);
    const { internalAdapter } = await auth.$context;
    const sessions = await internalAdapter.listSessions(id);
    await internalAdapter.deleteSessions(sessions.slice(0, 3).map(({ token }) => token));
    const expected = sessions.slice(0, 3).map((session) => session.id);
    expect((await getNewEntries(auth)).map(({ sid }) => sid).sort()).toEqual(expected.sort());
    await internalAdapter.deleteUser(id);
    expect(await getNewEntries(auth)).toHaveLength(5);
  });

  it("deletion of an account publishes the user's id for the longest lifetime of a token, and its sessions", async () => {
    const { auth } = await createTestApp();
    const { cookie, id } = await createSessions(auth, 2);
    const { deleteUser } = (await auth.$context).options.user;
    vi.spyOn(deleteUser, "beforeDelete").mockImplementation((user) => revokeSubject(user.id));
    const response = await sendRequest(auth, "/delete-user", { body: { password: PASSWORD }, cookie });
    expect(response.status).toBe(200);
    const entries = await getNewEntries(auth);
    expect(entries.filter(({ sid }) => sid)).toHaveLength(2);
    const [entry, ...others] = entries.filter(({ sub }) => sub);
    expect([entry?.sub, others]).toEqual([id, []]);
    expect(entry?.until).toBe((entry?.before ?? 0) + 86_400 + 60);
  });

  it("account is kept when its revocation cannot be recorded", async () => {
    const { auth, environment } = await createTestApp();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { cookie, id } = await signUpUser(auth);
    const { deleteUser } = (await auth.$context).options.user;
    vi.spyOn(deleteUser, "beforeDelete").mockImplementation((user) => revokeSubject(user.id));
    await executeSql(environment, "ALTER TABLE revocation RENAME TO unavailable");
    const response = await sendRequest(auth, "/delete-user", { body: { password: PASSWORD }, cookie });
    expect(response.status).toBe(503);
    expect((await userOf(auth, cookie)).id).toBe(id);
  });

  it("session whose last token has expired is not published", async () => {
    const { auth } = await createTestApp();
    const { cookie } = await signUpUser(auth);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 8 * 86_400_000 });
    await sendRequest(auth, "/get-session", { cookie });
    expect(await getNewEntries(auth)).toEqual([]);
  });

  it("revocation of a process is published by another within a second, and after a restart", async () => {
    const first = await createTestApp();
    const second = await createAuth(parseConfig(first.environment, ""));
    const { cookie } = await signUpUser(first.auth);
    const sid = await sessionIdOf(first.auth, cookie);
    expect([await getEntries(first.auth), await getEntries(second)]).toEqual([[], []]);
    await sendRequest(first.auth, "/sign-out", { body: {}, cookie });
    expect((await getNewEntries(second)).map((entry) => entry.sid)).toEqual([sid]);
    const restarted = await createAuth(parseConfig(first.environment, ""));
    expect((await getEntries(restarted)).map((entry) => entry.sid)).toEqual([sid]);
  });

  it("entry that is committed long after it was created is published", async () => {
    const { auth, environment } = await createTestApp();
    const { cookie } = await signUpUser(auth);
    await sendRequest(auth, "/sign-out", { body: {}, cookie });
    expect(await getNewEntries(auth)).toHaveLength(1);
    const now = nowSeconds();
    const insert = 'INSERT INTO revocation ("id", "claim", "value", "before", "until") VALUES';
    await executeSql(environment, `${insert} ('late', 'sid', 'late', ${now - 300}, ${now + 600})`);
    expect((await getNewEntries(auth)).map(({ sid }) => sid)).toContain("late");
  });

  it("ended entries are not published, and are deleted", async () => {
    const { auth } = await createTestApp();
    const { cookie } = await signUpUser(auth);
    await sendRequest(auth, "/sign-out", { body: {}, cookie });
    expect(await getNewEntries(auth)).toHaveLength(1);
    const { adapter } = await auth.$context;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + (60 + 900 + 60 + 1) * SECOND_MS });
    skipTime(61 * SECOND_MS);
    expect(await getEntries(auth)).toEqual([]);
    await vi.waitFor(async () => expect(await adapter.count({ model: "revocation" })).toBe(0));
  });

  it("sign-out fails with 503 and keeps session and cookie when it cannot be recorded", async () => {
    const { auth, environment } = await createTestApp();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { cookie } = await signUpUser(auth);
    await executeSql(environment, "ALTER TABLE revocation RENAME TO unavailable");
    const response = await sendRequest(auth, "/sign-out", { body: {}, cookie });
    expect([response.status, cookiesOf(response)]).toEqual([503, ""]);
    expect(await response.json()).toMatchObject({ code: "SESSION_NOT_ENDED" });
    expect(await sessionIdOf(auth, cookie)).toBeTruthy();
    await executeSql(environment, "ALTER TABLE unavailable RENAME TO revocation");
    expect((await sendRequest(auth, "/sign-out", { body: {}, cookie })).status).toBe(200);
    expect(await (await sendRequest(auth, "/get-session", { cookie })).json()).toBeNull();
  });

  it("password change fails and changes nothing when the sessions' end cannot be recorded", async () => {
    const { auth, environment } = await createTestApp();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { cookie, email, id } = await createSessions(auth, 3);
    await executeSql(environment, "ALTER TABLE revocation RENAME TO unavailable");
    const body = { currentPassword: PASSWORD, newPassword: "another long phrase", revokeOtherSessions: true };
    const response = await sendRequest(auth, "/change-password", { body, cookie });
    expect(response.status).toBe(503);
    expect(await (await auth.$context).internalAdapter.listSessions(id)).toHaveLength(3);
    await executeSql(environment, "ALTER TABLE unavailable RENAME TO revocation");
    await signIn(auth, email);
  });
});

async function userOf(auth: Auth, cookie: string): Promise<{ id: string }> {
  return ((await (await sendRequest(auth, "/get-session", { cookie })).json()) as { user: { id: string } }).user;
}

describe("the published list", () => {
  it("list is signed with the newest secret, with the claims of a list", async () => {
    const { auth, environment } = await createTestAuth();
    const response = await getList(auth);
    expect(response.headers.get("content-type")).toBe("application/jwt");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const key = new TextEncoder().encode(environment.BETTER_AUTH_SECRET);
    const { payload, protectedHeader } = await jwtVerify(await response.text(), key);
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "revocations+jwt" });
    const iat = payload.iat ?? 0;
    expect(Math.abs(iat - nowSeconds())).toBeLessThan(5);
    expect(payload).toEqual({
      iss: "http://localhost:3000",
      aud: "todo-api",
      iat,
      exp: iat + 300,
      revocations: [],
    });
  });

  it("list in jwks mode is signed by the published key that it names", async () => {
    const { auth } = await createTestAuth({ API_TOKEN_MODE: "jwks" });
    const token = await (await getList(auth)).text();
    const jwks = (await (await sendRequest(auth, "/jwks")).json()) as JSONWebKeySet;
    expect(decodeProtectedHeader(token)).toEqual({
      alg: "EdDSA",
      kid: jwks.keys[0]?.kid,
      typ: "revocations+jwt",
    });
    await jwtVerify(token, createLocalJWKSet(jwks), { issuer: "http://localhost:3000", audience: "todo-api" });
  });

  it("list is read from the database at most once a second, outside the rate limiter", async () => {
    const { auth } = await createTestAuth();
    const { adapter } = await auth.$context;
    const count = vi.spyOn(adapter, "count");
    const findMany = vi.spyOn(adapter, "findMany");
    const statuses = await Promise.all(Array.from({ length: 310 }, async () => (await getList(auth)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(count).toHaveBeenCalledTimes(1);
    expect(findMany).not.toHaveBeenCalled();
    skipTime(SECOND_MS);
    await getList(auth);
    expect(count).toHaveBeenCalledTimes(2);
  });

  it("list is not sent again while it is unchanged, and is signed again before it expires", async () => {
    const { auth } = await createTestAuth();
    const etag = (await getList(auth)).headers.get("etag") ?? "";
    const unchanged = await getList(auth, { "if-none-match": `"other", W/${etag}` });
    expect([unchanged.status, await unchanged.text(), unchanged.headers.get("etag")]).toEqual([304, "", etag]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61 * SECOND_MS });
    skipTime(61 * SECOND_MS);
    const renewed = await getList(auth, { "if-none-match": etag });
    expect(renewed.status).toBe(200);
    expect((decodeJwt(await renewed.text()).exp ?? 0) - nowSeconds()).toBe(300);
  });

  it("list answers 503 while the database cannot be read, and never an outdated list", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { auth } = await createTestAuth();
    expect((await getList(auth)).status).toBe(200);
    const { adapter } = await auth.$context;
    const count = vi.spyOn(adapter, "count").mockRejectedValue(new Error("connection refused to 10.0.0.1"));
    skipTime(SECOND_MS);
    const response = await getList(auth);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await response.text()).not.toContain("10.0.0.1");
    count.mockRestore();
    expect((await getList(auth)).status).toBe(200);
  });

  it("list has at most 50,000 entries, without those that end first, and at most 8 MiB", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const { auth, environment } = await createTestAuth();
    const until = nowSeconds() + 600;
    await insertRevocations(environment, MAX_REVOCATIONS + 10, (index) => until + (index < 10 ? 0 : 1));
    const response = await getList(auth);
    const body = await response.text();
    expect(body.length).toBeLessThan(8 * 1024 * 1024);
    const { revocations } = decodeJwt<{ revocations: Entry[] }>(body);
    expect(revocations).toHaveLength(MAX_REVOCATIONS);
    expect(revocations.every((entry) => entry.until === until + 1)).toBe(true);
    expect(error).toHaveBeenCalledWith(expect.stringContaining("more than 50000 revocations"));

    const { cookie } = await signUpUser(auth);
    const sid = await sessionIdOf(auth, cookie);
    await sendRequest(auth, "/sign-out", { body: {}, cookie });
    const entries = await getNewEntries(auth);
    expect(entries).toHaveLength(MAX_REVOCATIONS);
    expect(entries.filter((entry) => entry.sid === sid)).toHaveLength(1);
  });
});

/** Writes this number of entries at once. */
async function insertRevocations(
  environment: Record<string, string>,
  count: number,
  untilOf: (index: number) => number,
): Promise<void> {
  const rows = Array.from(
    { length: count },
    (_, index) =>
      `('${index}', 'sid', '${String(index).padStart(32, "x")}', ${untilOf(index) - 960}, ${untilOf(index)})`,
  );
  const columns = '("id", "claim", "value", "before", "until")';
  while (rows.length > 0)
    await executeSql(environment, `INSERT INTO revocation ${columns} VALUES ${rows.splice(0, 5_000).join(", ")}`);
}
