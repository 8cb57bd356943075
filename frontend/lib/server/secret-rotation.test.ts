import { decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { describe, expect, it, vi } from "vitest";
import { buildAuth } from "../auth.ts";
import { parseConfig } from "./config.ts";
import { call, cookieOf, freshSecret, type Identity, identity, signedUp } from "./test-utils.ts";

const [before, after] = [freshSecret(), freshSecret()];

/** The same app and database, started again with other secrets. */
const restarted = ({ environment }: Identity, secrets: Record<string, string>) =>
  buildAuth(parseConfig({ ...environment, BETTER_AUTH_SECRET: "", ...secrets }, ""));

const BOTH = { BETTER_AUTH_SECRETS: `2:${after},1:${before}` };
const DROPPED = { BETTER_AUTH_SECRETS: `2:${after}` };

describe("people", () => {
  it("stay signed in while both secrets are known, and those who came by also when the older one is dropped", async () => {
    const old = await identity({ BETTER_AUTH_SECRET: before });
    const { cookie } = await signedUp(old.auth);
    const both = await restarted(old, BOTH);
    const answer = await call(both, "/api-token", { cookie });
    expect(answer.status).toBe(200);
    const renewed = cookieOf(answer);
    expect(renewed).toMatch(/^better-auth\.session_token=/);
    expect(cookieOf(await call(both, "/api-token", { cookie: renewed }))).toBe("");

    const dropped = await restarted(old, DROPPED);
    expect((await call(dropped, "/api-token", { cookie: renewed })).status).toBe(200);
    expect((await call(dropped, "/api-token", { cookie })).status).toBe(401);
  });

  it("stay signed in when the older secret is named by BETTER_AUTH_SECRET alone", async () => {
    const old = await identity({ BETTER_AUTH_SECRET: before });
    const { cookie } = await signedUp(old.auth);
    const both = await restarted(old, { ...DROPPED, BETTER_AUTH_SECRET: before });
    expect((await call(both, "/api-token", { cookie })).status).toBe(200);
  });

  it("sign out for good with a cookie of the older secret", async () => {
    const old = await identity({ BETTER_AUTH_SECRET: before });
    const { cookie } = await signedUp(old.auth);
    const both = await restarted(old, BOTH);
    const answer = await call(both, "/sign-out", { body: {}, cookie });
    const cookies = answer.headers.getSetCookie().filter((each) => each.startsWith("better-auth.session_token="));
    expect(cookies).toEqual([expect.stringMatching(/^better-auth\.session_token=;.*Max-Age=0/)]);
    expect((await call(both, "/api-token", { cookie })).status).toBe(401);
  });

  it("are nobody with a cookie that neither secret signed", async () => {
    const old = await identity({ BETTER_AUTH_SECRET: freshSecret() });
    const { cookie } = await signedUp(old.auth);
    const both = await restarted(old, BOTH);
    const answer = await call(both, "/api-token", { cookie });
    expect([answer.status, cookieOf(answer)]).toEqual([401, ""]);
  });
});

describe("the key pair", () => {
  const kidOf = async (auth: Identity["auth"], cookie: string) => {
    const { token } = (await (await call(auth, "/api-token", { cookie })).json()) as { token: string };
    return decodeProtectedHeader(token).kid;
  };
  const listed = async (auth: Identity["auth"]) =>
    ((await (await call(auth, "/jwks")).json()) as JSONWebKeySet).keys.map(({ kid }) => kid);

  it("signs on while both secrets are known, though it was stored under the older one", async () => {
    const old = await identity({ BETTER_AUTH_SECRET: before, API_TOKEN_MODE: "jwks" });
    const { cookie } = await signedUp(old.auth);
    const kid = await kidOf(old.auth, cookie);
    expect(await kidOf(await restarted(old, BOTH), cookie)).toBe(kid);
  });

  it("has a successor when no known secret can read it, and stays listed for the tokens that it signed", async () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const old = await identity({ BETTER_AUTH_SECRET: before, API_TOKEN_MODE: "jwks" });
    const kid = await kidOf(old.auth, (await signedUp(old.auth)).cookie);
    for (const secrets of [DROPPED, { BETTER_AUTH_SECRET: after }]) {
      const now = await restarted(old, secrets);
      const { cookie } = await signedUp(now);
      const fresh = await kidOf(now, cookie);
      expect(fresh).not.toBe(kid);
      expect(await listed(now)).toEqual(expect.arrayContaining([kid, fresh]));
    }
    expect(said).toHaveBeenCalledTimes(2);
    said.mockRestore();
  });
});
