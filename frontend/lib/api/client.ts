import createClient, { type Client } from "openapi-fetch";
import { type AccessToken, SessionExpiredError, type TokenCache } from "../api-token/token-cache.ts";
import { ServiceUnavailableError } from "./errors.ts";
import type { paths } from "./schema";

export type ApiClient = Client<paths, `${string}/${string}`>;

type Options = {
  tokens: Pick<TokenCache, "get" | "invalidate">;
  /** Resolves after the user has signed in again; rejects when they leave instead. */
  waitForReauthentication: () => Promise<void>;
  fetcher?: typeof fetch;
};

/** RFC 6750 §3.1. */
const isScopeMissing = (response: Response): boolean =>
  response.status === 403 && Boolean(response.headers.get("www-authenticate")?.includes("insufficient_scope"));

/** The backend's client in the browser. Every request carries the access token. */
export function createApiClient(options: Options): ApiClient {
  return createClient<paths>({ fetch: withAccessToken(options) });
}

/**
 * A `fetch` that adds the access token. A request that is refused because of its token is sent once more with a new one,
 * which may allow more: the user may have confirmed the address in the meantime.
 */
export function withAccessToken({
  tokens,
  waitForReauthentication,
  fetcher = fetch,
}: Options): (request: Request) => Promise<Response> {
  const send = (request: Request, { token }: AccessToken) => {
    const copy = request.clone();
    copy.headers.set("authorization", `Bearer ${token}`);
    return fetcher(copy).catch((error: unknown) => {
      if (request.signal.aborted) throw error;
      throw new ServiceUnavailableError();
    });
  };
  const getToken = async (): Promise<AccessToken> => {
    for (;;) {
      try {
        return await tokens.get();
      } catch (error) {
        if (!(error instanceof SessionExpiredError)) throw error;
        await waitForReauthentication();
      }
    }
  };
  return async (request) => {
    const token = await getToken();
    const response = await send(request, token);
    if (response.status !== 401 && !isScopeMissing(response)) return response;
    tokens.invalidate(token);
    return send(request, await getToken());
  };
}
