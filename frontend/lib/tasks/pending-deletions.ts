type DeleteTask = (id: number, options: { keepalive: boolean }) => Promise<void>;

type Options = {
  deleteTask: DeleteTask;
  store: PendingDeletionStore;
  onError: (id: number, error: unknown) => void;
};

/**
 * Deletions that can be undone. The backend cannot restore a task, and a new task would have another id, date and position.
 * So a task is hidden first, and deleted when the time to undo it is over or the page is left. Pending deletions survive a
 * reload of the tab. If they are lost, the task is shown again.
 */
export class PendingDeletions {
  readonly #pending = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #hidden: ReadonlySet<number> = new Set();
  readonly #deleteTask: DeleteTask;
  readonly #store: PendingDeletionStore;
  readonly #onError: Options["onError"];

  constructor({ deleteTask, store, onError }: Options) {
    this.#deleteTask = deleteTask;
    this.#store = store;
    this.#onError = onError;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The tasks that are not shown: deletions that are pending, running or done. */
  hidden = (): ReadonlySet<number> => this.#hidden;

  /** Hides the task until the deletion is committed or undone. */
  begin(id: number): void {
    this.#pending.add(id);
    this.#setHidden(new Set(this.#hidden).add(id));
  }

  undo(id: number): void {
    if (!this.#pending.delete(id)) return;
    this.#unhide(id);
  }

  /** Deletes the task. If that fails, it is shown again. */
  async commit(id: number, { keepalive = false } = {}): Promise<void> {
    if (!this.#pending.delete(id)) return;
    try {
      await this.#deleteTask(id, { keepalive });
      // The task stays hidden: the response to an earlier list request may still contain it.
      this.#store.write(this.#store.read().filter((each) => each !== id));
    } catch (error) {
      this.#unhide(id);
      this.#onError(id, error);
    }
  }

  /** Commits all pending deletions, for a page that is being left. */
  async flush({ keepalive = false } = {}): Promise<void> {
    await Promise.all([...this.#pending].map((id) => this.commit(id, { keepalive })));
  }

  /** Commits the deletions that were pending when the tab was reloaded. */
  resume(): Promise<void> {
    for (const id of this.#store.read()) this.begin(id);
    return this.flush();
  }

  #unhide(id: number): void {
    const hidden = new Set(this.#hidden);
    hidden.delete(id);
    this.#setHidden(hidden);
  }

  #setHidden(hidden: ReadonlySet<number>): void {
    this.#hidden = hidden;
    this.#store.write([...hidden]);
    for (const listener of this.#listeners) listener();
  }
}

/** Stores the ids of pending deletions across a reload. */
export type PendingDeletionStore = { read: () => number[]; write: (ids: number[]) => void };

/** The tab's `sessionStorage`, which other tabs and later visits do not share. */
export function sessionStorageStore(userId: string): PendingDeletionStore {
  const key = `todo:deleting:${userId}`;
  return {
    read: () => {
      const ids: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
      return Array.isArray(ids) ? ids.filter((id) => typeof id === "number") : [];
    },
    write: (ids) =>
      ids.length > 0 ? sessionStorage.setItem(key, JSON.stringify(ids)) : sessionStorage.removeItem(key),
  };
}
