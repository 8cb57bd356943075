import { ServiceUnavailableError } from "../api/errors.ts";
import { type AccessToken, SessionExpiredError } from "./token-cache.ts";

type Answer = { token: string; expires_at: number };

/** Asks Better Auth for a token; the session's cookie says for whom. */
export async function fetchToken(fetcher: typeof fetch = fetch, now = Date.now): Promise<AccessToken> {
  const response = await fetcher("/api/auth/api-token", { cache: "no-store", credentials: "same-origin" }).catch(() => {
    throw new ServiceUnavailableError();
  });
  if (response.status === 401) throw new SessionExpiredError();
  if (!response.ok) throw new ServiceUnavailableError(response.headers);
  const { token, expires_at } = (await response.json()) as Answer;
  // A machine whose clock is wrong would renew always or never: what counts is how long the server says that is from now.
  const serverNow = Date.parse(response.headers.get("date") ?? "") || now();
  return { token, userId: subjectOf(token), expiresAt: now() + expires_at * 1000 - serverNow };
}

/** Whose token it is. Only to notice that another person has signed in meanwhile; judging it is the backend's. */
function subjectOf(token: string): string {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const { sub } = JSON.parse(atob(payload)) as { sub: string };
  return sub;
}
