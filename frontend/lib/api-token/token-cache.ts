/** A token for the backend, and until when it is good by this machine's clock (milliseconds since 1970). */
export type AccessToken = { token: string; userId: string; expiresAt: number };

/** There is no session any more: somebody has to sign in. */
export class SessionExpiredError extends Error {
  override name = "SessionExpiredError";
}

/** The token was forgotten while somebody waited for it. */
export class SignedOutError extends Error {
  override name = "SignedOutError";
}

type Parts = {
  fetchToken: () => Promise<AccessToken>;
  /** Runs the fetch while no other tab runs its own. */
  alone?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told of every token that was fetched here. */
  onFetched?: (token: AccessToken) => void;
  now?: () => number;
};

const RENEW_BEFORE_END = 60_000;

/**
 * The one place where the token is, in memory and nowhere else. All callers share one token and one fetch; it is renewed
 * a minute before its end, so that no request meets an expired one.
 */
export class TokenCache {
  #held: { value: AccessToken; renewAt: number } | undefined;
  #fetching: Promise<AccessToken> | undefined;
  #generation = 0;
  readonly #parts: Required<Parts>;

  constructor(parts: Parts) {
    this.#parts = { alone: (work) => work(), onFetched: () => {}, now: Date.now, ...parts };
  }

  async get(): Promise<AccessToken> {
    const held = this.#fresh();
    if (held) return held;
    if (!this.#fetching) {
      const fetching = this.#fetch(this.#generation).finally(() => {
        if (this.#fetching === fetching) this.#fetching = undefined;
      });
      this.#fetching = fetching;
    }
    return this.#fetching;
  }

  /** The token if there is a good one right now; for the last requests of a page that is being left. */
  peek(): AccessToken | undefined {
    return this.#held && this.#held.value.expiresAt > this.#parts.now() ? this.#held.value : undefined;
  }

  /** The backend refused this token. One that has come since is kept. */
  refuse(token: AccessToken): void {
    if (this.#held?.value.token === token.token) this.#held = undefined;
  }

  /** Takes a token that another tab has fetched, if it is better than ours. */
  adopt(token: AccessToken): void {
    if (token.expiresAt > (this.#held?.value.expiresAt ?? 0)) this.#hold(token);
  }

  /** Forgets the token, and whatever a fetch under way may still bring. */
  forget(): void {
    this.#generation += 1;
    this.#held = undefined;
    this.#fetching = undefined;
  }

  #fresh(): AccessToken | undefined {
    return this.#held && this.#parts.now() < this.#held.renewAt ? this.#held.value : undefined;
  }

  async #fetch(generation: number): Promise<AccessToken> {
    return this.#parts.alone(async () => {
      // While we waited for our turn, another tab may have sent us its token.
      const held = this.#fresh();
      if (held) return held;
      const token = await this.#parts.fetchToken();
      if (generation !== this.#generation) throw new SignedOutError();
      this.#hold(token);
      this.#parts.onFetched(token);
      return token;
    });
  }

  #hold(value: AccessToken): void {
    const left = value.expiresAt - this.#parts.now();
    // A token that lives for less than four minutes is renewed in its last quarter: never at once again and again.
    this.#held = { value, renewAt: value.expiresAt - Math.min(RENEW_BEFORE_END, left / 4) };
  }
}
