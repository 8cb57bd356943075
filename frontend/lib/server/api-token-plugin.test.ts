import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { buildAuth } from "../auth.ts";
import { parseConfig } from "./config.ts";
import { call, freshSecret, type Identity, identity, signedUp } from "./test-utils.ts";

type Answer = { token: string; expires_at: number };

async function tokenOf({ auth }: Identity, cookie: string): Promise<Answer> {
  const response = await call(auth, "/api-token", { cookie });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const keysOf = async ({ auth }: Identity) => (await (await call(auth, "/jwks")).json()) as JSONWebKeySet;
const seconds = () => Math.floor(Date.now() / 1000);

afterEach(() => void vi.useRealTimers());

describe("the token", () => {
  it("is given to the signed-in user only, and kept by no cache", async () => {
    const { auth } = await identity();
    expect((await call(auth, "/api-token")).status).toBe(401);
    const { cookie } = await signedUp(auth);
    expect((await call(auth, "/api-token", { cookie })).headers.get("cache-control")).toBe("no-store");
    await call(auth, "/sign-out", { body: {}, cookie });
    expect((await call(auth, "/api-token", { cookie })).status).toBe(401);
  });
});

describe("with the shared secret", () => {
  it("is signed with the secret's bytes, and says exactly this", async () => {
    const one = await identity();
    const { cookie, id, email } = await signedUp(one.auth);
    const { token, expires_at } = await tokenOf(one, cookie);
    const key = new TextEncoder().encode(one.environment.BETTER_AUTH_SECRET);
    const { payload, protectedHeader } = await jwtVerify(token, key);
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    const iat = payload.iat ?? 0;
    expect(Math.abs(iat - seconds())).toBeLessThan(5);
    expect(payload).toEqual({
      sub: id,
      email,
      name: "Ada Quill",
      iat,
      exp: iat + 900,
      iss: "http://localhost:3000",
      aud: "todo-api",
    });
    expect(expires_at).toBe(iat + 900);
  });

  it("lives as long as API_TOKEN_TTL says, and names the configured issuer and audience", async () => {
    const one = await identity({
      API_TOKEN_TTL: "60",
      TODO__AUTH__ISSUER: "https://todo.example",
      TODO__AUTH__AUDIENCE: "other",
    });
    const { token } = await tokenOf(one, (await signedUp(one.auth)).cookie);
    const { iat = 0, exp, iss, aud } = decodeJwt(token);
    expect({ exp, iss, aud }).toEqual({ exp: iat + 60, iss: "https://todo.example", aud: "other" });
  });

  it("is signed with the newest of several secrets", async () => {
    const [newest, old] = [freshSecret(), freshSecret()];
    const one = await identity({ BETTER_AUTH_SECRETS: `2:${newest},1:${old}`, BETTER_AUTH_SECRET: freshSecret() });
    const { token } = await tokenOf(one, (await signedUp(one.auth)).cookie);
    await expect(jwtVerify(token, new TextEncoder().encode(newest))).resolves.toBeDefined();
  });

  it("leaves no JWK Set and no other way to a token", async () => {
    const { auth } = await identity();
    const { cookie } = await signedUp(auth);
    expect((await call(auth, "/jwks")).status).toBe(404);
    expect((await call(auth, "/token", { cookie })).status).toBe(404);
  });
});

describe("with a key pair", () => {
  const jwks = (more = {}) => identity({ API_TOKEN_MODE: "jwks", ...more });

  it("is signed by the key of the JWK Set that it names, and says exactly this", async () => {
    const one = await jwks();
    const { cookie, id, email } = await signedUp(one.auth);
    const { token, expires_at } = await tokenOf(one, cookie);
    const set = await keysOf(one);
    const { payload } = await jwtVerify(token, createLocalJWKSet(set));
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: set.keys[0]?.kid });
    const iat = payload.iat ?? 0;
    expect(payload).toEqual({
      sub: id,
      email,
      name: "Ada Quill",
      iat,
      exp: iat + 900,
      iss: "http://localhost:3000",
      aud: "todo-api",
    });
    expect(expires_at).toBe(iat + 900);
  });

  it("publishes public keys only", async () => {
    const { keys } = await keysOf(await jwks());
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ alg: "EdDSA", crv: "Ed25519", kty: "OKP" });
    expect(keys[0]).not.toHaveProperty("d");
  });

  it("has one key after a start, ten first calls at once, and another start", async () => {
    const one = await jwks();
    const { cookie } = await signedUp(one.auth);
    await Promise.all(Array.from({ length: 10 }, () => tokenOf(one, cookie)));
    const again = { ...one, auth: await buildAuth(parseConfig(one.environment, "")) };
    await tokenOf(again, cookie);
    expect((await keysOf(again)).keys).toHaveLength(1);
  });

  it("changes the key after 30 days, for ten calls at once only once, and lists the old one for its grace period", async () => {
    const one = await jwks();
    const { cookie } = await signedUp(one.auth);
    const old = await tokenOf(one, cookie);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 24 * 3_600_000 });
    // The session is renewed on the way; then the key is past its time.
    await call(one.auth, "/get-session", { cookie });
    for (let day = 12; day <= 36; day += 6) {
      vi.setSystemTime(Date.now() + 6 * 24 * 3_600_000);
      await call(one.auth, "/get-session", { cookie });
    }
    const fresh = await Promise.all(Array.from({ length: 10 }, () => tokenOf(one, cookie)));
    const kids = new Set(fresh.map(({ token }) => decodeProtectedHeader(token).kid));
    expect(kids.size).toBe(1);
    expect(kids).not.toContain(decodeProtectedHeader(old.token).kid);
    expect((await keysOf(one)).keys).toHaveLength(2);
    vi.setSystemTime(Date.now() + 2 * 24 * 3_600_000);
    expect((await keysOf(one)).keys).toHaveLength(1);
  });
});
