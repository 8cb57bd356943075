import { beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessToken, SessionExpiredError, SignedOutError, TokenCache } from "./token-cache.ts";

const MINUTE = 60_000;
let now = 0;
let made = 0;

const aToken = (life = 15 * MINUTE): AccessToken => {
  made += 1;
  return { token: `token-${made}`, userId: "ann", expiresAt: now + life };
};

const cacheOf = (fetchToken: () => Promise<AccessToken>, parts = {}) =>
  new TokenCache({ fetchToken, now: () => now, ...parts });

/** A fetch that ends when the test says so. */
function gate() {
  const waiting: ((token: AccessToken) => void)[] = [];
  const fetchToken = vi.fn(() => new Promise<AccessToken>((resolve) => waiting.push(resolve)));
  return { fetchToken, open: (token = aToken()) => waiting.shift()?.(token) };
}

beforeEach(() => {
  now = 1_000_000;
  made = 0;
});

describe("one fetch for all", () => {
  it("gives calls that come together the same token from one fetch", async () => {
    const { fetchToken, open } = gate();
    const cache = cacheOf(fetchToken);
    const calls = Promise.all(Array.from({ length: 10 }, () => cache.get()));
    await vi.waitFor(() => expect(fetchToken).toHaveBeenCalled());
    open();
    expect(new Set((await calls).map((each) => each.token))).toEqual(new Set(["token-1"]));
    expect(fetchToken).toHaveBeenCalledTimes(1);
  });

  it("keeps the token for later calls", async () => {
    const fetchToken = vi.fn(async () => aToken());
    const cache = cacheOf(fetchToken);
    await cache.get();
    now += 13 * MINUTE;
    await cache.get();
    expect(fetchToken).toHaveBeenCalledTimes(1);
  });

  it("tries anew after a fetch that failed, and remembers nothing of the failure", async () => {
    const fetchToken = vi.fn(async () => aToken()).mockRejectedValueOnce(new SessionExpiredError());
    const cache = cacheOf(fetchToken);
    await expect(cache.get()).rejects.toThrow(SessionExpiredError);
    expect((await cache.get()).token).toBe("token-1");
  });
});

describe("renewal", () => {
  it("renews 60 s before the end, and not a moment earlier", async () => {
    const cache = cacheOf(async () => aToken());
    await cache.get();
    now += 14 * MINUTE - 1;
    expect((await cache.get()).token).toBe("token-1");
    now += 1;
    expect((await cache.get()).token).toBe("token-2");
  });

  it("uses a token that lives shorter than that for three quarters of its life", async () => {
    const cache = cacheOf(async () => aToken(4_000));
    await cache.get();
    now += 2_999;
    expect((await cache.get()).token).toBe("token-1");
    now += 1;
    expect((await cache.get()).token).toBe("token-2");
  });

  it("fetches another after the backend refused the one that is held", async () => {
    const cache = cacheOf(async () => aToken());
    cache.refuse(await cache.get());
    expect((await cache.get()).token).toBe("token-2");
  });

  it("keeps a token that came after the refused one was sent", async () => {
    const cache = cacheOf(async () => aToken());
    const old = await cache.get();
    cache.refuse(old);
    await cache.get();
    cache.refuse(old);
    expect((await cache.get()).token).toBe("token-2");
  });
});

describe("signing out", () => {
  it("forgets the token", async () => {
    const cache = cacheOf(async () => aToken());
    await cache.get();
    cache.forget();
    expect(cache.peek()).toBeUndefined();
    expect((await cache.get()).token).toBe("token-2");
  });

  it("lets no fetch that was under way bring one back", async () => {
    const { fetchToken, open } = gate();
    const cache = cacheOf(fetchToken);
    const call = cache.get();
    await vi.waitFor(() => expect(fetchToken).toHaveBeenCalled());
    cache.forget();
    open();
    await expect(call).rejects.toThrow(SignedOutError);
    expect(cache.peek()).toBeUndefined();
  });

  it("does not let the end of an old fetch disturb a new one", async () => {
    const { fetchToken, open } = gate();
    const cache = cacheOf(fetchToken);
    const old = cache.get();
    await vi.waitFor(() => expect(fetchToken).toHaveBeenCalledTimes(1));
    cache.forget();
    const young = [cache.get()];
    open();
    await expect(old).rejects.toThrow(SignedOutError);
    young.push(cache.get());
    await vi.waitFor(() => expect(fetchToken).toHaveBeenCalledTimes(2));
    open();
    expect((await Promise.all(young)).map((each) => each.token)).toEqual(["token-2", "token-2"]);
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });
});

describe("other tabs", () => {
  it("takes the token that another tab fetched while this one waited for its turn", async () => {
    const fetchToken = vi.fn(async () => aToken());
    let takeTurn: () => void = () => {};
    const turn = new Promise<void>((resolve) => {
      takeTurn = resolve;
    });
    const cache = cacheOf(fetchToken, {
      alone: async (work: () => Promise<AccessToken>) => {
        await turn;
        return work();
      },
    });
    const call = cache.get();
    cache.adopt({ token: "of-another-tab", userId: "ann", expiresAt: now + 15 * MINUTE });
    takeTurn();
    expect((await call).token).toBe("of-another-tab");
    expect(fetchToken).not.toHaveBeenCalled();
  });

  it("tells them of each token that it fetches, once", async () => {
    const onFetched = vi.fn();
    const cache = cacheOf(async () => aToken(), { onFetched });
    await Promise.all([cache.get(), cache.get()]);
    expect(onFetched.mock.calls.map(([each]) => each.token)).toEqual(["token-1"]);
  });

  it("keeps its own token when theirs ends sooner", async () => {
    const cache = cacheOf(async () => aToken());
    await cache.get();
    cache.adopt({ token: "older", userId: "ann", expiresAt: now + 5 * MINUTE });
    expect((await cache.get()).token).toBe("token-1");
  });
});
