import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { parseConfig } from "./config.ts";
import { createSecret, createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

type TokenResponse = { token: string; expires_at: number };

async function getToken({ auth }: TestAuth, cookie: string): Promise<TokenResponse> {
  const response = await sendRequest(auth, "/api-token", { cookie });
  expect(response.status).toBe(200);
  return (await response.json()) as TokenResponse;
}

const getJwks = async ({ auth }: TestAuth) => (await (await sendRequest(auth, "/jwks")).json()) as JSONWebKeySet;

async function sessionIdOf({ auth }: TestAuth, userId: string): Promise<string | undefined> {
  const [session] = await (await auth.$context).internalAdapter.listSessions(userId);
  return session?.id;
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
const DAY_MS = 24 * 3_600_000;

afterEach(() => void vi.useRealTimers());

it("token endpoint rejects requests without a session, and its response is not cached", async () => {
  const { auth } = await createTestAuth();
  expect((await sendRequest(auth, "/api-token")).status).toBe(401);
  const { cookie } = await signUpUser(auth);
  expect((await sendRequest(auth, "/api-token", { cookie })).headers.get("cache-control")).toBe("no-store");
  await sendRequest(auth, "/sign-out", { body: {}, cookie });
  expect((await sendRequest(auth, "/api-token", { cookie })).status).toBe(401);
});

for (const mode of ["shared-secret", "jwks"]) {
  it(`token in ${mode} mode longer than 4096 bytes is an error`, async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { auth } = await createTestAuth({ API_TOKEN_MODE: mode, TODO__AUTH__AUDIENCE: "x".repeat(4096) });
    const response = await sendRequest(auth, "/api-token", { cookie: (await signUpUser(auth)).cookie });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "ACCESS_TOKEN_TOO_LARGE" });
    vi.restoreAllMocks();
  });

  it(`token in ${mode} mode of an account with long values from before the bounds is short`, async () => {
    const testAuth = await createTestAuth({ API_TOKEN_MODE: mode });
    const { cookie, id } = await signUpUser(testAuth.auth);
    const { adapter } = await testAuth.auth.$context;
    const update = { name: "x".repeat(10_000), email: `${"x".repeat(10_000)}@example.com` };
    await adapter.update({ model: "user", where: [{ field: "id", value: id }], update });
    const { token } = await getToken(testAuth, cookie);
    expect(token.length).toBeLessThan(1_000);
    expect(Object.keys(decodeJwt(token)).sort()).toEqual(["aud", "exp", "iat", "iss", "sid", "sub"]);
  });
}

describe("in shared-secret mode", () => {
  it("token is signed with the secret's bytes and has exactly the documented claims", async () => {
    const testAuth = await createTestAuth();
    const { cookie, id, email } = await signUpUser(testAuth.auth);
    const { token, expires_at } = await getToken(testAuth, cookie);
    const key = new TextEncoder().encode(testAuth.environment.BETTER_AUTH_SECRET);
    const { payload, protectedHeader } = await jwtVerify(token, key);
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    const iat = payload.iat ?? 0;
    expect(Math.abs(iat - nowSeconds())).toBeLessThan(5);
    expect(payload).toEqual({
      sub: id,
      email,
      sid: await sessionIdOf(testAuth, id),
      iat,
      exp: iat + 900,
      iss: "http://localhost:3000",
      aud: "todo-api",
    });
    expect(expires_at).toBe(iat + 900);
  });

  it("token has the configured lifetime, issuer and audience", async () => {
    const testAuth = await createTestAuth({
      API_TOKEN_TTL: "60",
      TODO__AUTH__ISSUER: "https://todo.example",
      TODO__AUTH__AUDIENCE: "other",
    });
    const { token } = await getToken(testAuth, (await signUpUser(testAuth.auth)).cookie);
    const { iat = 0, exp, iss, aud } = decodeJwt(token);
    expect({ exp, iss, aud }).toEqual({ exp: iat + 60, iss: "https://todo.example", aud: "other" });
  });

  it("token is signed with the newest of several secrets", async () => {
    const [newest, older] = [createSecret(), createSecret()];
    const testAuth = await createTestAuth({
      BETTER_AUTH_SECRETS: `2:${newest},1:${older}`,
      BETTER_AUTH_SECRET: createSecret(),
    });
    const { token } = await getToken(testAuth, (await signUpUser(testAuth.auth)).cookie);
    await expect(jwtVerify(token, new TextEncoder().encode(newest))).resolves.toBeDefined();
  });

  it("JWK Set and the jwt plugin's token endpoint are not found", async () => {
    const { auth } = await createTestAuth();
    const { cookie } = await signUpUser(auth);
    expect((await sendRequest(auth, "/jwks")).status).toBe(404);
    expect((await sendRequest(auth, "/token", { cookie })).status).toBe(404);
  });
});

describe("in jwks mode", () => {
  const createJwksAuth = () => createTestAuth({ API_TOKEN_MODE: "jwks" });

  it("token is signed by the published key that it names and has exactly the documented claims", async () => {
    const testAuth = await createJwksAuth();
    const { cookie, id, email } = await signUpUser(testAuth.auth);
    const { token, expires_at } = await getToken(testAuth, cookie);
    const jwks = await getJwks(testAuth);
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks));
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: jwks.keys[0]?.kid });
    const iat = payload.iat ?? 0;
    expect(payload).toEqual({
      sub: id,
      email,
      sid: await sessionIdOf(testAuth, id),
      iat,
      exp: iat + 900,
      iss: "http://localhost:3000",
      aud: "todo-api",
    });
    expect(expires_at).toBe(iat + 900);
  });

  it("JWK Set contains no private key", async () => {
    const { keys } = await getJwks(await createJwksAuth());
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ alg: "EdDSA", crv: "Ed25519", kty: "OKP" });
    expect(keys[0]).not.toHaveProperty("d");
  });

  it("JWK Set has one key after a start, ten concurrent token requests and a restart", async () => {
    const testAuth = await createJwksAuth();
    const { cookie } = await signUpUser(testAuth.auth);
    await Promise.all(Array.from({ length: 10 }, () => getToken(testAuth, cookie)));
    const restarted = { ...testAuth, auth: await createAuth(parseConfig(testAuth.environment, "")) };
    await getToken(restarted, cookie);
    expect((await getJwks(restarted)).keys).toHaveLength(1);
  });

  it("key is rotated once after 30 days, and the old one is published for its grace period", async () => {
    const testAuth = await createJwksAuth();
    const old = await getToken(testAuth, (await signUpUser(testAuth.auth)).cookie);
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    const { cookie } = await signUpUser(testAuth.auth);
    const responses = await Promise.all(Array.from({ length: 10 }, () => getToken(testAuth, cookie)));
    const kids = new Set(responses.map(({ token }) => decodeProtectedHeader(token).kid));
    expect(kids.size).toBe(1);
    expect(kids).not.toContain(decodeProtectedHeader(old.token).kid);
    expect((await getJwks(testAuth)).keys).toHaveLength(2);
    vi.setSystemTime(Date.now() + 7 * DAY_MS);
    expect((await getJwks(testAuth)).keys).toHaveLength(1);
  });
});
