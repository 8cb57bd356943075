import { decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { parseConfig } from "./config.ts";
import { createDatabaseVariables, databaseKinds, executeSql } from "./test-databases.ts";
import { createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

type Auth = TestAuth["auth"];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const getKids = async (auth: Auth): Promise<string[]> => {
  const response = await sendRequest(auth, "/jwks");
  expect(response.status).toBe(200);
  return ((await response.json()) as JSONWebKeySet).keys.map(({ kid }) => kid ?? "");
};

async function getSigningKid(auth: Auth, cookie: string): Promise<string> {
  const response = await sendRequest(auth, "/api-token", { cookie });
  expect(response.status).toBe(200);
  return decodeProtectedHeader(((await response.json()) as { token: string }).token).kid ?? "";
}

/** Moves the clock, and the one that measures the age of what is in memory. */
function skipTime(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
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

describe.each(databaseKinds)("with an %s database", { timeout: 120_000 }, (kind) => {
  const createJwksAuth = async () =>
    createTestAuth({ ...(await createDatabaseVariables(kind)), API_TOKEN_MODE: "jwks" });

  it("every key that signs was listed for a day, for 70 days, and at most three keys are listed", async () => {
    const { auth } = await createJwksAuth();
    const stepMs = 12 * HOUR_MS;
    const firstListed = new Map<string, number>();
    const firstSigned = new Map<string, number>();
    let cookie = "";
    for (let time = 0; time <= 70 * DAY_MS; time += stepMs) {
      // A session lives for a few days only.
      if (time % (5 * DAY_MS) === 0) cookie = (await signUpUser(auth)).cookie;
      const kid = await getSigningKid(auth, cookie);
      if (!firstSigned.has(kid)) firstSigned.set(kid, time);
      const listed = await getKids(auth);
      expect(listed).toContain(kid);
      expect(listed.length).toBeLessThanOrEqual(3);
      for (const each of listed) if (!firstListed.has(each)) firstListed.set(each, time);
      skipTime(stepMs);
    }
    const [first, ...rotated] = [...firstSigned];
    expect(first?.[1]).toBe(0);
    expect(rotated).toHaveLength(2);
    for (const [kid, time] of rotated) expect(time - (firstListed.get(kid) ?? time)).toBeGreaterThanOrEqual(DAY_MS);
    expect([...firstSigned.values()].map((time) => Math.floor(time / DAY_MS))).toEqual([0, 30, 59]);
  });

  it("next key is created by a request for the keys, while no token is requested", async () => {
    const { auth } = await createJwksAuth();
    const [first] = await getKids(auth);
    skipTime(29 * DAY_MS);
    const listed = await getKids(auth);
    expect(listed).toHaveLength(2);
    const { cookie } = await signUpUser(auth);
    expect(await getSigningKid(auth, cookie)).toBe(first);
    skipTime(DAY_MS);
    expect(await getSigningKid(auth, cookie)).toBe(listed.find((kid) => kid !== first));
  });

  it("key signs for another day when the next one is created late", async () => {
    const { auth } = await createJwksAuth();
    const [first] = await getKids(auth);
    skipTime(33 * DAY_MS);
    const { cookie } = await signUpUser(auth);
    const kids = await Promise.all(Array.from({ length: 10 }, () => getSigningKid(auth, cookie)));
    expect(new Set(kids)).toEqual(new Set([first]));
    expect(await getKids(auth)).toHaveLength(2);
  });

  it("key that has expired before there was a next one is replaced once, and listed for two more days", async () => {
    const { auth } = await createJwksAuth();
    const [first] = await getKids(auth);
    skipTime(36 * DAY_MS);
    const { cookie } = await signUpUser(auth);
    const kids = new Set(await Promise.all(Array.from({ length: 10 }, () => getSigningKid(auth, cookie))));
    expect(kids.size).toBe(1);
    expect(kids).not.toContain(first);
    expect(await getKids(auth)).toEqual(expect.arrayContaining([first, ...kids]));
    skipTime(DAY_MS);
    expect(await getKids(auth)).toEqual([...kids]);
  });

  it("key is listed by another process within a second, and at once by the process that has created it", async () => {
    const { auth, environment } = await createJwksAuth();
    const other = await createAuth(parseConfig(environment, ""));
    const { cookie } = await signUpUser(auth);
    const first = await getSigningKid(auth, cookie);
    expect([await getKids(auth), await getKids(other)]).toEqual([[first], [first]]);
    const expired = kind === "embedded" ? `'${new Date().toISOString()}'` : "now()";
    await executeSql(environment, `UPDATE jwks SET "expiresAt" = ${expired}`);
    const second = await getSigningKid(auth, cookie);
    expect(second).not.toBe(first);
    expect((await getKids(auth)).sort()).toEqual([first, second].sort());
    skipTime(1_000);
    expect((await getKids(other)).sort()).toEqual([first, second].sort());
  });
});

describe("the key set", () => {
  it("key set is served from memory with Cache-Control, outside the rate limiter", async () => {
    const { auth } = await createTestAuth({ API_TOKEN_MODE: "jwks" });
    const { adapter } = await auth.$context;
    const findMany = vi.spyOn(adapter, "findMany");
    const responses = await Promise.all(Array.from({ length: 310 }, () => sendRequest(auth, "/jwks")));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(responses.map(({ headers }) => headers.get("cache-control")))).toEqual(
      new Set(["public, max-age=60"]),
    );
    // One check for a due key and one read for all of them.
    expect(findMany.mock.calls.map(([{ model }]) => model)).toEqual(["jwks", "jwks"]);
    expect(await adapter.count({ model: "rateLimit" })).toBe(0);
  });

  it("key set is still served while the database is unavailable", async () => {
    const { auth, environment } = await createTestAuth({ API_TOKEN_MODE: "jwks" });
    const kids = await getKids(auth);
    await executeSql(environment, "ALTER TABLE jwks RENAME TO unavailable");
    skipTime(1_000);
    expect(await getKids(auth)).toEqual(kids);
  });
});
