import { createApiClient } from "../api/client.ts";
import { createTaskApi, type TaskApi } from "../api/task-api.ts";
import { fetchToken } from "../api-token/fetch-token.ts";
import { type AccessToken, SignedOutError, TokenCache } from "../api-token/token-cache.ts";
import type { User } from "../auth-client.ts";
import { PendingWrites } from "../tasks/pending-writes.ts";
import { type Message, subscribe } from "./broadcast.ts";

/** Leaves the page after the session has ended: to the sign-in page, or by a reload as the user who is signed in now. */
export type OnSessionEnd = (target: "sign-in" | "reload") => void;

/** The signed-in user of this page: their access token, their backend client, their pending writes and the state of their session. */
export class ClientSession {
  readonly taskApi: TaskApi;
  readonly pendingWrites = new PendingWrites();
  readonly #tokens: TokenCache;
  readonly #onSessionEnd: OnSessionEnd;
  readonly #listeners = new Set<() => void>();
  #user: User;
  #reauthentication: Deferred | undefined;

  constructor(user: User, onSessionEnd: OnSessionEnd) {
    this.#user = user;
    this.#onSessionEnd = onSessionEnd;
    this.#tokens = new TokenCache({ fetchToken: () => this.#fetchOwnToken() });
    const api = createApiClient({
      tokens: this.#tokens,
      waitForReauthentication: () => this.waitForReauthentication(),
    });
    this.taskApi = createTaskApi(api, user.id);
  }

  /** A new object after a change of the name or the e-mail address. The id stays. */
  get user(): User {
    return this.#user;
  }

  /** Whether the session has ended and the user has to sign in again. */
  get isExpired(): boolean {
    return this.#reauthentication !== undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Resolves after the user has signed in again; rejects when they leave instead. All callers share one sign-in. */
  waitForReauthentication(): Promise<void> {
    if (!this.#reauthentication) {
      this.#reauthentication = createDeferred();
      this.#notify();
    }
    return this.#reauthentication.promise;
  }

  /** A user has signed in, in this tab or in another one. */
  signedIn(userId: string): void {
    if (userId !== this.user.id) {
      this.terminate("reload");
      return;
    }
    this.#reauthentication?.resolve();
    this.#reauthentication = undefined;
    this.#notify();
  }

  /** The user's name or e-mail address has changed, in this tab or in another one. */
  userChanged(user: User): void {
    if (user.id !== this.#user.id) return;
    this.#user = user;
    this.#notify();
  }

  /** Drops the token, rejects waiting requests and leaves the page. */
  terminate(target: "sign-in" | "reload"): void {
    this.#tokens.clear();
    this.#reauthentication?.reject(new SignedOutError());
    this.#reauthentication = undefined;
    this.#onSessionEnd(target);
  }

  /** Follows sign-in, sign-out and task changes of other tabs. Returns a function that ends the subscription. */
  subscribeToTabs(onTasksChanged: () => void): () => void {
    return subscribe((message) => this.#onMessage(message, onTasksChanged));
  }

  #onMessage(message: Message, onTasksChanged: () => void): void {
    if (message.kind === "signed-out") this.terminate("sign-in");
    if (message.kind === "signed-in") this.signedIn(message.userId);
    if (message.kind === "user-changed") this.userChanged(message.user);
    if (message.kind === "tasks-changed" && message.userId === this.user.id) onTasksChanged();
  }

  /** Another user may have signed in in this browser. Their token must not be used with this user's tasks. */
  async #fetchOwnToken(): Promise<AccessToken> {
    const token = await fetchToken();
    if (token.userId === this.user.id) return token;
    this.terminate("reload");
    throw new SignedOutError();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

type Deferred = { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void };

function createDeferred(): Deferred {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // A rejection while no request is waiting is not an unhandled rejection.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
