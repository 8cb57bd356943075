import { createApi } from "../api/client.ts";
import { createTaskApi, type TaskApi } from "../api/task-api.ts";
import { fetchToken } from "../api-token/fetch-token.ts";
import { type AccessToken, SignedOutError, TokenCache } from "../api-token/token-cache.ts";
import type { Person } from "../auth-client.ts";
import { listen, type Message, tell } from "./broadcast.ts";
import { TabTurns } from "./tab-turns.ts";

/** What has to happen in the page when the session ends under it. */
export type Leave = (to: "sign-in" | "reload") => void;

/** The signed-in person in this page: their token, their calls, and whether the session still stands. */
export class ClientSession {
  readonly person: Person;
  readonly calls: TaskApi;
  readonly #tokens: TokenCache;
  readonly #turns = new TabTurns();
  readonly #leave: Leave;
  readonly #listeners = new Set<() => void>();
  #lost: { promise: Promise<void>; resolve: () => void; reject: (reason: Error) => void } | undefined;

  constructor(person: Person, leave: Leave) {
    this.person = person;
    this.#leave = leave;
    this.#tokens = new TokenCache({
      fetchToken: () => this.#fetchOwnToken(),
      alone: (work) => this.#turns.take(work),
      onFetched: (token) => tell({ kind: "token", token }),
    });
    this.calls = createTaskApi(
      createApi({ tokens: this.#tokens, waitForReauthentication: () => this.waitForReauthentication() }),
      person.id,
    );
  }

  /** Whether somebody has to sign in again before anything goes on. */
  get isExpired(): boolean {
    return this.#lost !== undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** All who need the session wait for the same sign-in; what they were about to do is done after it. */
  waitForReauthentication(): Promise<void> {
    if (!this.#lost) {
      this.#lost = deferred();
      this.#notify();
    }
    return this.#lost.promise;
  }

  /** Somebody has signed in, here or in another tab. */
  signedIn(userId: string): void {
    if (userId !== this.person.id) {
      this.end("reload");
      return;
    }
    this.#lost?.resolve();
    this.#lost = undefined;
    this.#notify();
  }

  /** Forgets everything that this page knows and leaves it. */
  end(to: "sign-in" | "reload"): void {
    this.#tokens.forget();
    this.#lost?.reject(new SignedOutError());
    this.#lost = undefined;
    this.#leave(to);
  }

  /** Starts to hear the other tabs. Gives the way to stop. */
  join(onTasksChanged: () => void): () => void {
    return listen((message) => this.#hear(message, onTasksChanged));
  }

  #hear(message: Message, onTasksChanged: () => void): void {
    if (message.kind === "signed-out") this.end("sign-in");
    if (message.kind === "signed-in") this.signedIn(message.userId);
    if (message.kind === "token" && message.token.userId === this.person.id) {
      this.#tokens.adopt(message.token);
      this.#turns.heard();
    }
    if (message.kind === "tasks-changed" && message.userId === this.person.id) onTasksChanged();
  }

  /** Another person may have signed in in this browser: their token must not move this page's tasks. */
  async #fetchOwnToken(): Promise<AccessToken> {
    const token = await fetchToken();
    if (token.userId === this.person.id) return token;
    this.end("reload");
    throw new SignedOutError();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function deferred() {
  let resolve: () => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Nobody may be waiting any more when it is refused.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
