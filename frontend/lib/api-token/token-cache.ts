/** An access token for the backend. `expiresAt` is in milliseconds since 1970 by the clock of this machine. */
export type AccessToken = { token: string; userId: string; expiresAt: number };

/** The session has ended. The user has to sign in again before a token is issued. */
export class SessionExpiredError extends Error {
  override name = "SessionExpiredError";
}

/** The cache was cleared while the caller was waiting for a token. */
export class SignedOutError extends Error {
  override name = "SignedOutError";
}

type Options = { fetchToken: () => Promise<AccessToken>; now?: () => number };

const RENEW_BEFORE_EXPIRY_MS = 60_000;

/**
 * Holds the access token in memory only. Concurrent callers share one fetch. The token is renewed a minute before it
 * expires, so that no request is sent with an expired one.
 */
export class TokenCache {
  #cached: { token: AccessToken; renewAt: number } | undefined;
  #pending: Promise<AccessToken> | undefined;
  readonly #fetchToken: () => Promise<AccessToken>;
  readonly #now: () => number;

  constructor({ fetchToken, now = Date.now }: Options) {
    this.#fetchToken = fetchToken;
    this.#now = now;
  }

  async get(): Promise<AccessToken> {
    if (this.#cached && this.#now() < this.#cached.renewAt) return this.#cached.token;
    this.#pending ??= this.#fetch();
    return this.#pending;
  }

  /** Drops a token that the backend has rejected. A newer token is kept. */
  invalidate({ token }: AccessToken): void {
    if (this.#cached?.token.token === token) this.#cached = undefined;
  }

  /** Drops the token and the result of a fetch in progress. */
  clear(): void {
    this.#cached = undefined;
    this.#pending = undefined;
  }

  #fetch(): Promise<AccessToken> {
    const pending = this.#fetchToken()
      .then((token) => {
        if (this.#pending !== pending) throw new SignedOutError();
        this.#store(token);
        return token;
      })
      .finally(() => {
        if (this.#pending === pending) this.#pending = undefined;
      });
    return pending;
  }

  #store(token: AccessToken): void {
    const lifetime = token.expiresAt - this.#now();
    // A lifetime under four minutes is renewed in its last quarter, so that it is not renewed on every call.
    this.#cached = { token, renewAt: token.expiresAt - Math.min(RENEW_BEFORE_EXPIRY_MS, lifetime / 4) };
  }
}
