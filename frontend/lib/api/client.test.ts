import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessToken, SessionExpiredError, SignedOutError } from "../api-token/token-cache.ts";
import { createApi, withAccessToken } from "./client.ts";
import { ApiProblemError, ServiceUnavailableError } from "./errors.ts";
import { createTaskApi, nextCursor } from "./task-api.ts";

const token = (text: string): AccessToken => ({ token: text, userId: "ann", expiresAt: Number.POSITIVE_INFINITY });
const problem = (status: number, code: string, headers = {}) =>
  new Response(JSON.stringify({ type: `/problems/${code}`, title: code, status, detail: `it is ${code}`, code }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
const never = () => Promise.reject(new Error("nobody was to be asked"));

/** A backend that answers in turn, and what it was sent. */
function backend(...answers: (Response | Error)[]) {
  const seen: { authorization: string | null; body: string }[] = [];
  const fetcher = async (input: RequestInfo | URL) => {
    const request = input as Request;
    seen.push({ authorization: request.headers.get("authorization"), body: await request.text() });
    const answer = answers.shift();
    if (!answer) throw new Error("one request too many");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { seen, fetcher };
}

/** Tokens in turn: each refusal brings the next. */
function tokensOf(...texts: string[]) {
  return { get: vi.fn(async () => token(texts[0] ?? "none")), refuse: vi.fn(() => void texts.shift()) };
}

const post = () => new Request("http://app/api/ann/tasks", { method: "POST", body: '{"title":"Buy milk"}' });

describe("every call", () => {
  it("carries the bearer token", async () => {
    const { seen, fetcher } = backend(new Response("[]"));
    await withAccessToken({ tokens: tokensOf("t1"), waitForReauthentication: never, fetcher })(post());
    expect(seen.map((each) => each.authorization)).toEqual(["Bearer t1"]);
  });

  it("is sent once more with a new token and the same body after a 401", async () => {
    const { seen, fetcher } = backend(problem(401, "token_expired"), new Response("{}", { status: 201 }));
    const answer = await withAccessToken({ tokens: tokensOf("old", "new"), waitForReauthentication: never, fetcher })(
      post(),
    );
    expect(answer.status).toBe(201);
    expect(seen).toEqual([
      { authorization: "Bearer old", body: '{"title":"Buy milk"}' },
      { authorization: "Bearer new", body: '{"title":"Buy milk"}' },
    ]);
  });

  it("is not sent a third time", async () => {
    const { seen, fetcher } = backend(problem(401, "invalid_token"), problem(401, "invalid_token"));
    const answer = await withAccessToken({ tokens: tokensOf("a", "b"), waitForReauthentication: never, fetcher })(
      post(),
    );
    expect(answer.status).toBe(401);
    expect(seen).toHaveLength(2);
  });

  it("waits for somebody to sign in when the session is lost, and then goes through", async () => {
    const { seen, fetcher } = backend(new Response("{}", { status: 201 }));
    const get = vi.fn(async () => token("after")).mockRejectedValueOnce(new SessionExpiredError());
    const waitForReauthentication = vi.fn(async () => {});
    await withAccessToken({ tokens: { get, refuse: () => {} }, waitForReauthentication, fetcher })(post());
    expect(waitForReauthentication).toHaveBeenCalledTimes(1);
    expect(seen.map((each) => each.authorization)).toEqual(["Bearer after"]);
  });

  it("is given up when they leave instead", async () => {
    const get = async () => Promise.reject(new SessionExpiredError());
    const send = withAccessToken({
      tokens: { get, refuse: () => {} },
      waitForReauthentication: () => Promise.reject(new SignedOutError()),
      fetcher: never,
    });
    await expect(send(post())).rejects.toThrow(SignedOutError);
  });

  it("says that the server is away when nobody answers", async () => {
    const { fetcher } = backend(new TypeError("fetch failed"));
    await expect(
      withAccessToken({ tokens: tokensOf("t"), waitForReauthentication: never, fetcher })(post()),
    ).rejects.toThrow(ServiceUnavailableError);
  });
});

describe("the calls", () => {
  // Browsers know which site a path is on; here somebody has to say it.
  const Plain = globalThis.Request;
  class RequestOfPage extends Plain {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(typeof input === "string" ? new URL(input, "http://app") : input, init);
    }
  }
  beforeEach(() => void vi.stubGlobal("Request", RequestOfPage));
  afterEach(() => void vi.unstubAllGlobals());

  const callsWith = (...answers: Response[]) =>
    createTaskApi(
      createApi({ tokens: tokensOf("t"), waitForReauthentication: never, fetcher: backend(...answers).fetcher }),
      "ann",
    );

  it("tell a refusal by its code", async () => {
    const calls = callsWith(problem(412, "stale"));
    await expect(calls.change(1, { title: "x" }, '"1"')).rejects.toMatchObject({ status: 412, code: "stale" });
  });

  it("tell a backend that asks to wait from one that refuses", async () => {
    const calls = callsWith(problem(503, "unavailable", { "retry-after": "2" }), problem(403, "forbidden"));
    await expect(calls.list("all", null)).rejects.toMatchObject({ name: "ServiceUnavailableError", retryAfter: 2000 });
    await expect(calls.list("all", null)).rejects.toThrow(ApiProblemError);
  });

  it("take a task that is gone already as removed", async () => {
    await expect(callsWith(problem(404, "task_not_found")).remove(1)).resolves.toBeUndefined();
  });
});

describe("the next page", () => {
  it("starts at the cursor of the Link header", () => {
    expect(nextCursor('</api/ann/tasks?limit=50&cursor=ab%2Bc>; rel="next"')).toBe("ab+c");
    expect(nextCursor('<https://x/api?cursor=1>; rel="prev", <https://x/api?cursor=2>; rel="next"')).toBe("2");
  });

  it("is not there without one", () => {
    expect(nextCursor(null)).toBeNull();
    expect(nextCursor('<https://x/api?cursor=1>; rel="prev"')).toBeNull();
  });
});
