import createClient, { type Client } from "openapi-fetch";
import { type AccessToken, SessionExpiredError, type TokenCache } from "../api-token/token-cache.ts";
import { ServiceUnavailableError } from "./errors.ts";
import type { paths } from "./schema";

export type TodoApi = Client<paths, `${string}/${string}`>;

type Parts = {
  tokens: Pick<TokenCache, "get" | "refuse">;
  /** Waits until somebody has signed in again; rejects when they would rather not. */
  waitForReauthentication: () => Promise<void>;
  fetcher?: typeof fetch;
};

/** The client of the todo backend. Every call carries the bearer token; nobody else has to think of it. */
export function createApi(parts: Parts): TodoApi {
  return createClient<paths>({ fetch: withAccessToken(parts) });
}

/** A `fetch` that brings the token, and brings a new one, once, when the backend does not take it. */
export function withAccessToken({
  tokens,
  waitForReauthentication,
  fetcher = fetch,
}: Parts): (request: Request) => Promise<Response> {
  const send = (request: Request, token: AccessToken) => {
    const copy = request.clone();
    copy.headers.set("authorization", `Bearer ${token.token}`);
    return fetcher(copy).catch((reason: unknown) => {
      if (request.signal.aborted) throw reason;
      throw new ServiceUnavailableError();
    });
  };
  const token = async (): Promise<AccessToken> => {
    for (;;) {
      try {
        return await tokens.get();
      } catch (reason) {
        if (!(reason instanceof SessionExpiredError)) throw reason;
        await waitForReauthentication();
      }
    }
  };
  return async (request) => {
    const first = await token();
    const response = await send(request, first);
    if (response.status !== 401) return response;
    tokens.refuse(first);
    return send(request, await token());
  };
}
