import { describe, expect, it, vi } from "vitest";
import { type AccessToken, SessionExpiredError, SignedOutError } from "../api-token/token-cache.ts";
import { withAccessToken } from "./client.ts";
import { ServiceUnavailableError } from "./errors.ts";
import { problemResponse, respondInTurn } from "./test-utils.ts";

const createToken = (token: string): AccessToken => ({ token, userId: "ann", expiresAt: Number.POSITIVE_INFINITY });
const mustNotBeCalled = () => Promise.reject(new Error("unexpected call"));

/** A token cache that returns the given tokens in turn: each invalidation moves to the next one. */
function tokensInTurn(...tokens: string[]) {
  return {
    get: vi.fn(async () => createToken(tokens[0] ?? "none")),
    invalidate: vi.fn(() => void tokens.shift()),
  };
}

const createRequest = () => new Request("http://app/api/ann/tasks", { method: "POST", body: '{"title":"Buy milk"}' });

describe("withAccessToken", () => {
  it("request carries the bearer token", async () => {
    const { requests, fetcher } = respondInTurn(new Response("[]"));
    const send = withAccessToken({ tokens: tokensInTurn("t1"), waitForReauthentication: mustNotBeCalled, fetcher });
    await send(createRequest());
    expect(requests.map((each) => each.authorization)).toEqual(["Bearer t1"]);
  });

  it("request that is answered with 401 is sent again with a new token and the same body", async () => {
    const { requests, fetcher } = respondInTurn(
      problemResponse(401, "token_expired"),
      new Response("{}", { status: 201 }),
    );
    const tokens = tokensInTurn("old", "new");
    const send = withAccessToken({ tokens, waitForReauthentication: mustNotBeCalled, fetcher });
    expect((await send(createRequest())).status).toBe(201);
    expect(requests).toEqual([
      { authorization: "Bearer old", body: '{"title":"Buy milk"}' },
      { authorization: "Bearer new", body: '{"title":"Buy milk"}' },
    ]);
  });

  it("request that is answered with 401 twice is not sent a third time", async () => {
    const { requests, fetcher } = respondInTurn(
      problemResponse(401, "invalid_token"),
      problemResponse(401, "invalid_token"),
    );
    const send = withAccessToken({ tokens: tokensInTurn("a", "b"), waitForReauthentication: mustNotBeCalled, fetcher });
    expect((await send(createRequest())).status).toBe(401);
    expect(requests).toHaveLength(2);
  });

  it("request whose token lacks a scope is sent once more with a new token, and any other 403 is not", async () => {
    const refusal = () => {
      const response = problemResponse(403, "insufficient_scope");
      response.headers.set("www-authenticate", 'Bearer realm="todo", error="insufficient_scope", scope="tasks:write"');
      return response;
    };
    const { requests, fetcher } = respondInTurn(refusal(), refusal(), problemResponse(403, "forbidden"));
    const tokens = tokensInTurn("read-only", "new", "newer");
    const send = withAccessToken({ tokens, waitForReauthentication: mustNotBeCalled, fetcher });
    expect((await send(createRequest())).status).toBe(403);
    expect(requests.map((each) => each.authorization)).toEqual(["Bearer read-only", "Bearer new"]);
    expect((await send(createRequest())).status).toBe(403);
    expect(requests).toHaveLength(3);
  });

  it("request with an expired session is sent after the user has signed in again", async () => {
    const { requests, fetcher } = respondInTurn(new Response("{}", { status: 201 }));
    const get = vi.fn(async () => createToken("after")).mockRejectedValueOnce(new SessionExpiredError());
    const waitForReauthentication = vi.fn(async () => {});
    await withAccessToken({ tokens: { get, invalidate: () => {} }, waitForReauthentication, fetcher })(createRequest());
    expect(waitForReauthentication).toHaveBeenCalledTimes(1);
    expect(requests.map((each) => each.authorization)).toEqual(["Bearer after"]);
  });

  it("request with an expired session is rejected when the user leaves", async () => {
    const send = withAccessToken({
      tokens: { get: () => Promise.reject(new SessionExpiredError()), invalidate: () => {} },
      waitForReauthentication: () => Promise.reject(new SignedOutError()),
      fetcher: mustNotBeCalled,
    });
    await expect(send(createRequest())).rejects.toThrow(SignedOutError);
  });

  it("request without an answer is rejected as service unavailable", async () => {
    const { fetcher } = respondInTurn(new TypeError("fetch failed"));
    const send = withAccessToken({ tokens: tokensInTurn("t"), waitForReauthentication: mustNotBeCalled, fetcher });
    await expect(send(createRequest())).rejects.toThrow(ServiceUnavailableError);
  });
});
