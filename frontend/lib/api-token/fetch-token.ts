import { ServiceUnavailableError } from "../api/errors.ts";
import { type AccessToken, SessionExpiredError } from "./token-cache.ts";

type TokenResponse = { token: string; expires_at: number };

/** Fetches an access token for the user of the session cookie. */
export async function fetchToken(fetcher: typeof fetch = fetch, now = Date.now): Promise<AccessToken> {
  const response = await fetcher("/api/auth/api-token", { cache: "no-store", credentials: "same-origin" }).catch(() => {
    throw new ServiceUnavailableError();
  });
  if (response.status === 401) throw new SessionExpiredError();
  if (!response.ok) throw new ServiceUnavailableError(response.headers);
  const { token, expires_at } = (await response.json()) as TokenResponse;
  // The local clock may be wrong, so the lifetime is measured from the server's `Date` header.
  const serverNow = Date.parse(response.headers.get("date") ?? "") || now();
  return { token, userId: subjectOf(token), expiresAt: now() + expires_at * 1000 - serverNow };
}

/** The token's `sub`, to detect that another user has signed in. It is not verified here; the backend does that. */
function subjectOf(token: string): string {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const { sub } = JSON.parse(atob(payload)) as { sub: string };
  return sub;
}
