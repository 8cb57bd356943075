import { randomUUID } from "node:crypto";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findLiveTokens } from "./personal-token-store.ts";
import { revokePersonalTokens } from "./revoke-personal-tokens.ts";
import { createTestFile, hasBackend, startBackend, startRecorder } from "./test-backend.ts";
import { createDatabaseVariables, databaseKinds, executeSql } from "./test-databases.ts";
import {
  allowSensitiveActions,
  cookiesOf,
  createPersonalToken,
  createTestAuth,
  PASSWORD,
  sendRequest,
  signUpUser,
  type TestAuth,
} from "./test-utils.ts";

// Each test hashes passwords.
vi.setConfig({ testTimeout: 60_000 });

type Auth = TestAuth["auth"];
type Entry = { sid?: string; sub?: string; before: number; until: number };

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
const body = { name: "Backup", scopes: ["tasks:read"], days: 30 };

async function send(auth: Auth, path: string, requestBody: object, cookie?: string): Promise<Response> {
  await allowSensitiveActions(auth);
  return sendRequest(auth, `/personal-tokens/${path}`, { body: requestBody, cookie });
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

const getJwks = async (auth: Auth) => (await (await sendRequest(auth, "/jwks")).json()) as JSONWebKeySet;

const getKids = async (auth: Auth) => (await getJwks(auth)).keys.map(({ kid }) => kid ?? "");

async function liveNames(auth: Auth, userId: string): Promise<string[]> {
  return (await findLiveTokens((await auth.$context).adapter, userId)).map(({ name }) => name);
}

/** The list is up to one second old. */
async function getRevocations(auth: Auth): Promise<Entry[]> {
  skipTime(1_000);
  const response = await sendRequest(auth, "/revocations");
  return decodeJwt<{ revocations: Entry[] }>(await response.text()).revocations;
}

/** Moves the clock, and the one that measures the age of what is in memory. */
function skipTime(milliseconds: number, from = Date.now()): void {
  vi.useFakeTimers({ toFake: ["Date"], now: from + milliseconds });
  skippedMs += milliseconds;
  vi.spyOn(performance, "now").mockImplementation(() => monotonicNow() + skippedMs);
}
const monotonicNow = performance.now.bind(performance);
let skippedMs = 0;

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  skippedMs = 0;
});

for (const mode of ["shared-secret", "jwks"]) {
  it(`token in ${mode} mode has exactly the documented header and claims`, async () => {
    const { auth, environment } = await createTestAuth({ API_TOKEN_MODE: mode });
    const { cookie, id: userId } = await signUpUser(auth);
    const { token, id } = await createPersonalToken(auth, cookie, { scopes: ["tasks:write", "tasks:read"], days: 90 });
    let payload: JWTPayload;
    if (mode === "jwks") {
      const jwks = await getJwks(auth);
      ({ payload } = await jwtVerify(token, createLocalJWKSet(jwks)));
      expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: jwks.keys[0]?.kid, typ: "at+jwt" });
    } else {
      ({ payload } = await jwtVerify(token, new TextEncoder().encode(environment.BETTER_AUTH_SECRET)));
      expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "at+jwt" });
    }
    const iat = payload.iat ?? 0;
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(5);
    expect(payload).toEqual({
      sub: userId,
      client_id: "personal-access-token",
      scope: "tasks:read tasks:write",
      jti: id,
      sid: id,
      iat,
      exp: iat + 90 * DAY_SECONDS,
      iss: "http://localhost:3000",
      aud: "todo-api",
    });
  });
}

describe.each(databaseKinds)("with an %s database", (kind) => {
  const createTestApp = async (variables: Record<string, string> = {}) =>
    createTestAuth({ ...(await createDatabaseVariables(kind)), ...variables });

  it("creation returns the token once, and stores no part of it", async () => {
    const { auth } = await createTestApp();
    const { cookie, id: userId } = await signUpUser(auth);
    const response = await send(auth, "create", { ...body, name: "  Backup  " }, cookie);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const { token, personalToken } = (await response.json()) as { token: string; personalToken: { name: string } };
    expect(personalToken).toMatchObject({ name: "Backup", scopes: ["tasks:read"] });
    const rows = await (await auth.$context).adapter.findMany({ model: "personalToken" });
    expect(rows).toHaveLength(1);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const stored = JSON.stringify(rows);
    for (const part of [header, payload, signature]) expect(stored).not.toContain(part);
    expect(await liveNames(auth, userId)).toEqual(["Backup"]);
  });

  it("creation and revocation need a session, and values within bounds", async () => {
    const { auth } = await createTestApp();
    const { cookie, id } = await signUpUser(auth);
    expect((await send(auth, "create", body)).status).toBe(401);
    expect((await send(auth, "revoke", { id: "x" })).status).toBe(401);
    const answers = [];
    for (const values of [{ name: "" }, { name: "x".repeat(101) }, { scopes: ["admin"] }, { days: 400 }]) {
      const response = await send(auth, "create", { ...body, ...values }, cookie);
      answers.push([response.status, await codeOf(response)]);
    }
    expect(answers).toEqual([
      [400, "TOKEN_NAME_REQUIRED"],
      [400, "TOKEN_NAME_TOO_LONG"],
      [400, "TOKEN_SCOPES_INVALID"],
      [400, "TOKEN_LIFETIME_INVALID"],
    ]);
    expect(await liveNames(auth, id)).toEqual([]);
  });

  it("user whose address is not confirmed creates no token that changes tasks, where addresses can be confirmed", async () => {
    const variables = await createDatabaseVariables(kind);
    const { auth } = await createTestAuth({
      ...variables,
      SMTP_URL: "smtp://127.0.0.1:1",
      MAIL_FROM: "todo@example.com",
    });
    const { cookie, id } = await signUpUser(auth);
    const write = { ...body, scopes: ["tasks:read", "tasks:write"] };
    const refused = await send(auth, "create", write, cookie);
    expect([refused.status, await codeOf(refused)]).toEqual([403, "TOKEN_REQUIRES_VERIFIED_EMAIL"]);
    expect((await send(auth, "create", body, cookie)).status).toBe(200);
    await (await auth.$context).internalAdapter.updateUser(id, { emailVerified: true });
    expect((await send(auth, "create", write, cookie)).status).toBe(200);
  });

  it("revoked token is published by its own id until it ends, and the other tokens stay valid", async () => {
    const { auth } = await createTestApp();
    const { cookie, id: userId } = await signUpUser(auth);
    const first = await createPersonalToken(auth, cookie, { name: "first", days: 365 });
    await createPersonalToken(auth, cookie, { name: "second" });
    expect(await getRevocations(auth)).toEqual([]);
    for (const _ of [1, 2]) expect((await send(auth, "revoke", { id: first.id }, cookie)).status).toBe(200);
    const { exp = 0, iat = 0 } = decodeJwt(first.token);
    const [entry, ...others] = await getRevocations(auth);
    expect(others).toEqual([]);
    expect(entry?.sid).toBe(first.id);
    expect(entry?.before).toBeGreaterThanOrEqual(iat);
    expect(entry?.until).toBeGreaterThanOrEqual(exp + 60);
    expect(await liveNames(auth, userId)).toEqual(["second"]);
  });

  it("token of another user is not found and stays valid", async () => {
    const { auth } = await createTestApp();
    const [ann, bob] = [await signUpUser(auth), await signUpUser(auth)];
    const { id } = await createPersonalToken(auth, ann.cookie);
    const answers = [];
    for (const value of [id, randomUUID(), "", 1, ["x"]]) {
      const response = await send(auth, "revoke", { id: value }, bob.cookie);
      answers.push([response.status, await codeOf(response)]);
    }
    expect(answers).toEqual(answers.map(() => [404, "PERSONAL_TOKEN_NOT_FOUND"]));
    expect(await liveNames(auth, ann.id)).toHaveLength(1);
    expect(await getRevocations(auth)).toEqual([]);
  });

  it("token whose revocation cannot be recorded stays valid and listed", async () => {
    const { auth, environment } = await createTestApp();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { cookie, id: userId } = await signUpUser(auth);
    const { id } = await createPersonalToken(auth, cookie);
    await executeSql(environment, "ALTER TABLE revocation RENAME TO unavailable");
    expect((await send(auth, "revoke", { id }, cookie)).status).toBe(503);
    await executeSql(environment, "ALTER TABLE unavailable RENAME TO revocation");
    expect(await liveNames(auth, userId)).toEqual(["Backup"]);
  });

  it("account has at most 50 valid tokens, also of concurrent requests, and 100 with revoked ones", async () => {
    const { auth } = await createTestApp();
    const { cookie, id: userId } = await signUpUser(auth);
    const { adapter } = await auth.$context;
    for (let count = 0; count < 49; count++) await createPersonalToken(auth, cookie);
    const statuses = await Promise.all([1, 2, 3].map(async () => (await send(auth, "create", body, cookie)).status));
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    expect((await findLiveTokens(adapter, userId)).length).toBeLessThanOrEqual(50);
    while ((await findLiveTokens(adapter, userId)).length < 50) await createPersonalToken(auth, cookie);
    const full = await send(auth, "create", body, cookie);
    expect([full.status, await codeOf(full)]).toEqual([409, "TOO_MANY_PERSONAL_TOKENS"]);

    await revokePersonalTokens(adapter, userId);
    expect(await findLiveTokens(adapter, userId)).toEqual([]);
    for (let count = 0; count < 50; count++) await createPersonalToken(auth, cookie);
    await revokePersonalTokens(adapter, userId);
    const revoked = await send(auth, "create", body, cookie);
    expect([revoked.status, await codeOf(revoked)]).toEqual([409, "TOO_MANY_REVOKED_TOKENS"]);
    expect(await getRevocations(auth)).toHaveLength(100);
    // Ended tokens make room, and their rows are deleted.
    skipTime(31 * DAY_MS);
    const where = [{ field: "userId", value: userId }];
    await adapter.update({ model: "session", where, update: { expiresAt: new Date(Date.now() + DAY_MS) } });
    expect((await send(auth, "create", body, cookie)).status).toBe(200);
    expect(await adapter.count({ model: "personalToken" })).toBe(1);
  });

  it("sign-out and a change of the password leave the tokens valid", async () => {
    const { auth } = await createTestApp();
    const { cookie, id: userId } = await signUpUser(auth);
    const { id } = await createPersonalToken(auth, cookie);
    const change = { currentPassword: PASSWORD, newPassword: "another long phrase", revokeOtherSessions: true };
    const changed = cookiesOf(await sendRequest(auth, "/change-password", { body: change, cookie }));
    await sendRequest(auth, "/sign-out", { body: {}, cookie: changed });
    const revoked = (await getRevocations(auth)).map(({ sid }) => sid);
    expect(revoked).toHaveLength(2);
    expect(revoked).not.toContain(id);
    expect(await liveNames(auth, userId)).toEqual(["Backup"]);
  });

  it("deletion of an account publishes the user until the last of its tokens ends", async () => {
    const { origin } = await startRecorder(204);
    const { auth } = await createTestApp({ API_URL: origin });
    const { cookie, id: userId } = await signUpUser(auth);
    await createPersonalToken(auth, cookie);
    const { token } = await createPersonalToken(auth, cookie, { days: 365 });
    expect((await sendRequest(auth, "/delete-user", { body: { password: PASSWORD }, cookie })).status).toBe(200);
    const until = (await getRevocations(auth)).filter(({ sub }) => sub === userId).map((entry) => entry.until);
    expect(Math.max(...until)).toBeGreaterThanOrEqual((decodeJwt(token).exp ?? 0) + 60);
    expect(await (await auth.$context).adapter.count({ model: "personalToken" })).toBe(0);
  });

  it("no token is created while the account is being deleted", async () => {
    const { auth } = await createTestApp();
    const { cookie, id: userId } = await signUpUser(auth);
    const { adapter } = await auth.$context;
    const now = Math.floor(Date.now() / 1000);
    const revokeUntil = (before: number) =>
      adapter.create({ model: "revocation", data: { claim: "sub", value: userId, before, until: before + 86_400 } });
    // An older entry of the user concerns older tokens.
    await revokeUntil(now - 60);
    expect((await send(auth, "create", body, cookie)).status).toBe(200);
    await revokeUntil(now + 60);
    expect((await send(auth, "create", body, cookie)).status).toBe(401);
    expect(await adapter.count({ model: "personalToken" })).toBe(1);
  });

  it("key stays listed until the last token that it has signed ends, and other keys for two days", async () => {
    const { auth } = await createTestApp({ API_TOKEN_MODE: "jwks" });
    const { cookie } = await signUpUser(auth);
    const long = await createPersonalToken(auth, cookie, { days: 365 });
    // A shorter token does not shorten the listing.
    await createPersonalToken(auth, cookie, { days: 30 });
    const { kid = "" } = decodeProtectedHeader(long.token);
    const createdAt = Date.now();
    const seen = new Set<string>();
    for (let day = 0; day <= 365; day += 5) {
      skipTime(createdAt + day * DAY_MS - Date.now());
      const kids = await getKids(auth);
      expect(kids, `day ${day}`).toContain(kid);
      expect(kids.length, `day ${day}`).toBeLessThanOrEqual(4);
      for (const each of kids) seen.add(each);
      const keys = createLocalJWKSet(await getJwks(auth));
      if (day < 365) await jwtVerify(long.token, keys);
    }
    expect(seen.size).toBeGreaterThan(10);
    skipTime(3 * DAY_MS);
    expect(await getKids(auth)).not.toContain(kid);
  });

  it("key whose secret was lost is still listed for the tokens that it has signed", async () => {
    const { auth, environment } = await createTestApp({ API_TOKEN_MODE: "jwks" });
    const { cookie } = await signUpUser(auth);
    const { token } = await createPersonalToken(auth, cookie, { days: 90 });
    const expired = kind === "embedded" ? `'${new Date().toISOString()}'` : "now()";
    await executeSql(environment, `UPDATE jwks SET "expiresAt" = ${expired}`);
    skipTime(80 * DAY_MS);
    await jwtVerify(token, createLocalJWKSet(await getJwks(auth)));
  });
});

for (const mode of ["shared-secret", "jwks"]) {
  it.skipIf(!hasBackend)(
    `backend refuses a token in ${mode} mode after its end and on the path of another user`,
    async () => {
      const { auth, environment } = await createTestAuth({ API_TOKEN_MODE: mode });
      const { cookie, id: userId } = await signUpUser(auth);
      const valid = await createPersonalToken(auth, cookie);
      const now = Date.now();
      // Its key and its session are older than it, as usual.
      const { adapter } = await auth.$context;
      if (mode === "jwks")
        await adapter.updateMany({ model: "jwks", where: [], update: { createdAt: new Date(now - 40 * DAY_MS) } });
      vi.useFakeTimers({ toFake: ["Date"], now: now - 30 * DAY_MS - 10_000 });
      const ended = await createPersonalToken(auth, cookie);
      vi.useRealTimers();
      const apiUrl = await startBackend({
        TODO__AUTH__ISSUER: "http://localhost:3000",
        TODO__AUTH__AUDIENCE: "todo-api",
        ...(mode === "jwks"
          ? { TODO__AUTH__JWKS_FILE: createTestFile("jwks.json", JSON.stringify(await getJwks(auth))) }
          : { BETTER_AUTH_SECRET: environment.BETTER_AUTH_SECRET ?? "" }),
      });
      const get = async (token: string, path = `/api/${userId}/tasks`) => {
        const response = await fetch(`${apiUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
        return [response.status, response.ok ? "" : await codeOf(response)];
      };
      expect(await get(valid.token)).toEqual([200, ""]);
      expect(await get(ended.token)).toEqual([401, "token_expired"]);
      expect(await get(valid.token, "/api/another/tasks")).toEqual([403, "forbidden"]);
    },
  );
}
