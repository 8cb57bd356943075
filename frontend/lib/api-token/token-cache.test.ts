import { beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessToken, SessionExpiredError, SignedOutError, TokenCache } from "./token-cache.ts";

const MINUTE = 60_000;
let now = 0;
let created = 0;

const createToken = (lifetime = 15 * MINUTE): AccessToken => {
  created += 1;
  return { token: `token-${created}`, userId: "ann", expiresAt: now + lifetime };
};

const createCache = (fetchToken: () => Promise<AccessToken>) => new TokenCache({ fetchToken, now: () => now });

/** A fetch that stays pending until the test resolves it. */
function deferredFetch() {
  const pending: ((token: AccessToken) => void)[] = [];
  const fetchToken = vi.fn(() => new Promise<AccessToken>((resolve) => pending.push(resolve)));
  return { fetchToken, resolveNext: (token = createToken()) => pending.shift()?.(token) };
}

beforeEach(() => {
  now = 1_000_000;
  created = 0;
});

describe("TokenCache.get", () => {
  it("get with concurrent callers fetches once", async () => {
    const { fetchToken, resolveNext } = deferredFetch();
    const cache = createCache(fetchToken);
    const calls = Promise.all(Array.from({ length: 10 }, () => cache.get()));
    await vi.waitFor(() => expect(fetchToken).toHaveBeenCalled());
    resolveNext();
    expect(new Set((await calls).map((each) => each.token))).toEqual(new Set(["token-1"]));
    expect(fetchToken).toHaveBeenCalledTimes(1);
  });

  it("get with a valid token does not fetch", async () => {
    const fetchToken = vi.fn(async () => createToken());
    const cache = createCache(fetchToken);
    await cache.get();
    now += 13 * MINUTE;
    await cache.get();
    expect(fetchToken).toHaveBeenCalledTimes(1);
  });

  it("get after a failed fetch fetches again", async () => {
    const fetchToken = vi.fn(async () => createToken()).mockRejectedValueOnce(new SessionExpiredError());
    const cache = createCache(fetchToken);
    await expect(cache.get()).rejects.toThrow(SessionExpiredError);
    expect((await cache.get()).token).toBe("token-1");
  });

  it("token is renewed 60 s before it expires", async () => {
    const cache = createCache(async () => createToken());
    await cache.get();
    now += 14 * MINUTE - 1;
    expect((await cache.get()).token).toBe("token-1");
    now += 1;
    expect((await cache.get()).token).toBe("token-2");
  });

  it("token with a short lifetime is renewed in its last quarter", async () => {
    const cache = createCache(async () => createToken(4_000));
    await cache.get();
    now += 2_999;
    expect((await cache.get()).token).toBe("token-1");
    now += 1;
    expect((await cache.get()).token).toBe("token-2");
  });
});

describe("TokenCache.invalidate", () => {
  it("invalidated token is replaced", async () => {
    const cache = createCache(async () => createToken());
    cache.invalidate(await cache.get());
    expect((await cache.get()).token).toBe("token-2");
  });

  it("newer token is kept when an older one is invalidated", async () => {
    const cache = createCache(async () => createToken());
    const old = await cache.get();
    cache.invalidate(old);
    await cache.get();
    cache.invalidate(old);
    expect((await cache.get()).token).toBe("token-2");
  });
});

describe("TokenCache.clear", () => {
  it("cleared token is replaced", async () => {
    const cache = createCache(async () => createToken());
    await cache.get();
    cache.clear();
    expect((await cache.get()).token).toBe("token-2");
  });

  it("fetch in progress is rejected and its token is not cached", async () => {
    const { fetchToken, resolveNext } = deferredFetch();
    const cache = createCache(fetchToken);
    const call = cache.get();
    cache.clear();
    resolveNext();
    await expect(call).rejects.toThrow(SignedOutError);
    const next = cache.get();
    expect(fetchToken).toHaveBeenCalledTimes(2);
    resolveNext();
    expect((await next).token).toBe("token-2");
  });

  it("fetch from before clear does not end a later fetch", async () => {
    const { fetchToken, resolveNext } = deferredFetch();
    const cache = createCache(fetchToken);
    const first = cache.get();
    cache.clear();
    const second = cache.get();
    resolveNext();
    await expect(first).rejects.toThrow(SignedOutError);
    const third = cache.get();
    resolveNext();
    expect((await Promise.all([second, third])).map((each) => each.token)).toEqual(["token-2", "token-2"]);
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });
});
