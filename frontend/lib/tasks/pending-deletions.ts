/**
 * Deletions that can still be taken back. The backend has no undelete, and adding the task anew would give it another id,
 * another date and another place. So the task is only hidden at first, and deleted when the offer to undo is over, or
 * the page is left. What is waiting survives a reload of the tab; should even that be lost, the task comes back, which is
 * the harmless way to fail.
 */
export class PendingDeletions {
  readonly #waiting = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #hidden: ReadonlySet<number> = new Set();
  readonly #remove: (id: number, options: { keepalive: boolean }) => Promise<void>;
  readonly #kept: PendingDeletionStore;
  readonly #onFailed: (id: number, reason: unknown) => void;

  constructor(parts: {
    remove: (id: number, options: { keepalive: boolean }) => Promise<void>;
    kept: PendingDeletionStore;
    onFailed: (id: number, reason: unknown) => void;
  }) {
    this.#remove = parts.remove;
    this.#kept = parts.kept;
    this.#onFailed = parts.onFailed;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The tasks that are not to be shown: waiting to be deleted, or being deleted right now. */
  hidden = (): ReadonlySet<number> => this.#hidden;

  /** Hides the task until it is committed or undone. */
  begin(id: number): void {
    this.#waiting.add(id);
    this.#show(new Set(this.#hidden).add(id));
  }

  undo(id: number): void {
    if (!this.#waiting.delete(id)) return;
    this.#unhide(id);
  }

  /** Deletes it for good. Where that fails the task is shown again. */
  async commit(id: number, { keepalive = false } = {}): Promise<void> {
    if (!this.#waiting.delete(id)) return;
    try {
      await this.#remove(id, { keepalive });
      // It stays hidden: a list that was asked for before may still bring it.
      this.#kept.write([...this.#kept.read()].filter((each) => each !== id));
    } catch (reason) {
      this.#unhide(id);
      this.#onFailed(id, reason);
    }
  }

  /** Deletes all that is waiting: the page is being left. */
  async flush({ keepalive = false } = {}): Promise<void> {
    await Promise.all([...this.#waiting].map((id) => this.commit(id, { keepalive })));
  }

  /** Goes on with what was waiting when the tab was reloaded. */
  resume(): Promise<void> {
    for (const id of this.#kept.read()) this.begin(id);
    return this.flush();
  }

  #unhide(id: number): void {
    const hidden = new Set(this.#hidden);
    hidden.delete(id);
    this.#show(hidden);
  }

  #show(hidden: ReadonlySet<number>): void {
    this.#hidden = hidden;
    this.#kept.write([...hidden]);
    for (const listener of this.#listeners) listener();
  }
}

/** Where the ids outlive a reload. */
export type PendingDeletionStore = { read: () => number[]; write: (ids: number[]) => void };

/** The tab's own storage: other tabs and later visits know nothing of it. */
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
