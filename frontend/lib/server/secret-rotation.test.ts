import { decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { parseConfig } from "./config.ts";
import { cookiesOf, createSecret, createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

const [oldSecret, newSecret] = [createSecret(), createSecret()];

/** The same app and database, started again with other secrets. */
const restartWith = (secrets: Record<string, string>, { environment }: TestAuth) =>
  createAuth(parseConfig({ ...environment, BETTER_AUTH_SECRET: "", ...secrets }, ""));

const BOTH_SECRETS = { BETTER_AUTH_SECRETS: `2:${newSecret},1:${oldSecret}` };
const NEW_SECRET_ONLY = { BETTER_AUTH_SECRETS: `2:${newSecret}` };

describe("a session cookie", () => {
  it("session cookie of the older secret is accepted and signed again with the new one", async () => {
    const old = await createTestAuth({ BETTER_AUTH_SECRET: oldSecret });
    const { cookie } = await signUpUser(old.auth);
    const both = await restartWith(BOTH_SECRETS, old);
    const response = await sendRequest(both, "/api-token", { cookie });
    expect(response.status).toBe(200);
    const renewed = cookiesOf(response);
    expect(renewed).toMatch(/^better-auth\.session_token=/);
    expect(cookiesOf(await sendRequest(both, "/api-token", { cookie: renewed }))).toBe("");

    const newOnly = await restartWith(NEW_SECRET_ONLY, old);
    expect((await sendRequest(newOnly, "/api-token", { cookie: renewed })).status).toBe(200);
    expect((await sendRequest(newOnly, "/api-token", { cookie })).status).toBe(401);
  });

  it("session cookie is accepted when only BETTER_AUTH_SECRET has the older secret", async () => {
    const old = await createTestAuth({ BETTER_AUTH_SECRET: oldSecret });
    const { cookie } = await signUpUser(old.auth);
    const both = await restartWith({ ...NEW_SECRET_ONLY, BETTER_AUTH_SECRET: oldSecret }, old);
    expect((await sendRequest(both, "/api-token", { cookie })).status).toBe(200);
  });

  it("session cookie of the older secret is deleted by sign-out", async () => {
    const old = await createTestAuth({ BETTER_AUTH_SECRET: oldSecret });
    const { cookie } = await signUpUser(old.auth);
    const both = await restartWith(BOTH_SECRETS, old);
    const response = await sendRequest(both, "/sign-out", { body: {}, cookie });
    const cookies = response.headers.getSetCookie().filter((each) => each.startsWith("better-auth.session_token="));
    expect(cookies).toEqual([expect.stringMatching(/^better-auth\.session_token=;.*Max-Age=0/)]);
    expect((await sendRequest(both, "/api-token", { cookie })).status).toBe(401);
  });

  it("session cookie of an unknown secret is rejected", async () => {
    const other = await createTestAuth({ BETTER_AUTH_SECRET: createSecret() });
    const { cookie } = await signUpUser(other.auth);
    const both = await restartWith(BOTH_SECRETS, other);
    const response = await sendRequest(both, "/api-token", { cookie });
    expect([response.status, cookiesOf(response)]).toEqual([401, ""]);
  });
});

describe("the signing key", () => {
  const kidOf = async (auth: TestAuth["auth"], cookie: string) => {
    const { token } = (await (await sendRequest(auth, "/api-token", { cookie })).json()) as { token: string };
    return decodeProtectedHeader(token).kid;
  };
  const publishedKids = async (auth: TestAuth["auth"]) =>
    ((await (await sendRequest(auth, "/jwks")).json()) as JSONWebKeySet).keys.map(({ kid }) => kid);

  it("signing key that the older secret has encrypted is used while both secrets are set", async () => {
    const old = await createTestAuth({ BETTER_AUTH_SECRET: oldSecret, API_TOKEN_MODE: "jwks" });
    const { cookie } = await signUpUser(old.auth);
    const kid = await kidOf(old.auth, cookie);
    expect(await kidOf(await restartWith(BOTH_SECRETS, old), cookie)).toBe(kid);
  });

  it("signing key that no secret decrypts is replaced and still published", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const old = await createTestAuth({ BETTER_AUTH_SECRET: oldSecret, API_TOKEN_MODE: "jwks" });
    const oldKid = await kidOf(old.auth, (await signUpUser(old.auth)).cookie);
    for (const secrets of [NEW_SECRET_ONLY, { BETTER_AUTH_SECRET: newSecret }]) {
      const restarted = await restartWith(secrets, old);
      const { cookie } = await signUpUser(restarted);
      const newKid = await kidOf(restarted, cookie);
      expect(newKid).not.toBe(oldKid);
      expect(await publishedKids(restarted)).toEqual(expect.arrayContaining([oldKid, newKid]));
    }
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });
});
